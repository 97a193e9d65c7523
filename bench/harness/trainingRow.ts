import type { FamilyDescription } from '../../src-main/contract/inspect/family'
import { threadEnvironment } from '../../src-main/engine/threads'
import type { Model } from '../../src-main/ml/models/model'
import { initialParameters } from '../../src-main/ml/tensor/initialize'
import { createNoise } from '../../src-main/ml/tensor/noise'
import { randomStream } from '../../src-main/ml/tensor/random'
import { tf } from '../../src-main/ml/tensor/tf'
import { createCompiledLearner } from '../../src-main/ml/training/compiledLearner'
import { createEagerLearner } from '../../src-main/ml/training/eagerLearner'
import { initialState } from '../../src-main/ml/training/learner'
import type { Learner, LearnerOptions } from '../../src-main/ml/training/learner'
import type { StoredTensor } from '../../src-main/storage/safetensors'
import { timed } from './duel'
import type { Contender } from './duel'
import { describeFastest, fastestOpponent } from './fastest'
import type { Fastest } from './fastest'
import { handOver } from './files'
import { residentOver } from './memory'
import type { Opponent, Preparation } from './opponent'
import type { Check } from './report'
import type { Prepared, Row, RowContext } from './row'
import { rounded } from './statistics'

export interface TrainingRow {
  name: string
  title: string
  target: number | null
  /** Whose runs the studio would start such an engine process for. */
  family: Pick<FamilyDescription, 'smallOperations'>
  model(): Model
  /** B, and the dimensions of an example (or the samples of a window). */
  batchSize: number
  dimensions: number
  /** The opponent: bench/python/rows/<module>.py and what it is told besides weights and batch; null: our own steps, op by op. */
  module: string | null
  options?: Record<string, unknown>
  /** Further tensors for the opponent, such as masks. */
  tensors?(): Map<string, StoredTensor>
  /** Whether 2,000 steps are watched for memory that grows. */
  watchMemory?: boolean
}

/** Small: a spatial LSTM at its start amplifies the rounding of its gradients so much that larger steps lead apart within three. */
const LEARNING_RATE = 1e-4
const SEED = 1
const CHECKED_STEPS = 3
const WATCHED_STEPS = 2000

/**
 * A training step of the studio's own compiled learner against the same step in PyTorch: same weights, same batch, Adam with the same
 * constants, no clipping and no moving average on either side.
 */
export function trainingRow(spec: TrainingRow): Row {
  const { name, title, target, family } = spec
  return { name, title, target, environment: threadEnvironment(family), prepare: (context) => prepare(spec, context) }
}

async function prepare(spec: TrainingRow, context: RowContext): Promise<Prepared> {
  const { model, batchSize, dimensions } = { ...spec, model: spec.model() }
  const values = initialParameters(model.parameters, 1)
  const levels = randomLevels(batchSize * dimensions, model.distribution.levels)
  const ours = ourTrainer(createCompiledLearner, model, values, [batchSize, dimensions], levels)
  if (spec.module === null) return againstEager(ours, ourTrainer(createEagerLearner, model, values, [batchSize, dimensions], levels))

  const weights = model.parameters.map(({ name, shape }): [string, StoredTensor] => [name, { shape, data: values[name]! }])
  const batch: [string, StoredTensor] = ['x', { shape: [batchSize, dimensions], data: levels }]
  const noise = drawnNoise(model, values, [batchSize, dimensions], levels)
  const file = handOver(new Map([...weights, batch, ...noise, ...(spec.tensors?.() ?? [])]))
  const preparation: Preparation = { row: spec.module, tensors: file.path, options: spec.options ?? {} }
  const opponents: Opponent[] = []
  const close = (): void => {
    ours.learner.dispose()
    for (const opponent of opponents) opponent.close()
    file.remove()
  }
  try {
    const checks = new Map<string, Check>()
    const fastest = await fastestOpponent(context.opponent, preparation, async (opponent, formulation) => {
      checks.set(formulation, compared(ours.firstLosses, await opponent.check(formulation, CHECKED_STEPS)))
    })
    opponents.push(fastest.opponent)
    const [compiled, compiler] = await compiledContender(preparation, fastest, ours.firstLosses, context)
    if (compiler) opponents.push(compiler)
    return {
      ours: ours.contender,
      theirs: { name: 'theirs', run: (count) => fastest.opponent.run(fastest.formulation, count) },
      description: `PyTorch, eager: ${describeFastest(fastest)}`,
      compiled,
      // The one that disagrees, if any does.
      check: [...checks.values()].find(({ agrees }) => !agrees) ?? checks.get(fastest.formulation)!,
      details: { parameters: ours.parameters, compileSeconds: rounded(ours.compileMs / 1000, 3) },
      ...(spec.watchMemory ? { memory: () => residentOver(WATCHED_STEPS, () => ours.contender.run(1)) } : {}),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Where the model has not been written in PyTorch: compiled steps against the same steps op by op. */
function againstEager(ours: Trainer, eager: Trainer): Prepared {
  return {
    ours: ours.contender,
    theirs: { ...eager.contender, name: 'theirs' },
    description: 'no PyTorch opponent: our own steps, op by op',
    compiled: null,
    check: compared(ours.firstLosses, eager.firstLosses),
    details: { parameters: ours.parameters, compileSeconds: rounded(ours.compileMs / 1000, 3) },
    close() {
      ours.learner.dispose()
      eager.learner.dispose()
    },
  }
}

interface Trainer {
  learner: Learner
  firstLosses: number[]
  compileMs: number
  parameters: number
  contender: Contender
}

/** The studio's learner on one batch; its compile time is from nothing to the end of the first step. */
function ourTrainer(
  create: (options: LearnerOptions) => Learner,
  model: Model,
  values: Record<string, Float32Array>,
  shape: [number, number],
  levels: Float32Array,
): Trainer {
  const started = performance.now()
  const learner = create({
    model,
    batchShape: shape,
    masked: false,
    evaluationShape: shape,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    gradientClip: null,
    ema: null,
    seed: SEED,
  })
  learner.write(initialState(model, values, false))
  let steps = 0
  const step = (): number => learner.step({ levels, mask: null, counted: shape[0] }, LEARNING_RATE, ++steps).nats
  const firstLosses = [step()]
  const compileMs = performance.now() - started
  while (firstLosses.length < CHECKED_STEPS) firstLosses.push(step())
  const contender: Contender = { name: 'ours', run: (count) => timed(count, () => void step()) }
  const parameters = Object.values(values).reduce((sum, { length }) => sum + length, 0)
  return { learner, firstLosses, compileMs, parameters, contender }
}

/**
 * What a stochastic loss draws in the steps whose losses are compared, 'noise.<step>.<call>', so that the opponent can take the same numbers; in all
 * later ones both sides draw their own.
 */
function drawnNoise(model: Model, values: Record<string, Float32Array>, shape: [number, number], levels: Float32Array): Array<[string, StoredTensor]> {
  const { trainingNll } = model
  if (!trainingNll) return []
  const drawn: Array<[string, StoredTensor]> = []
  for (let step = 1; step <= CHECKED_STEPS; step++) {
    tf.tidy(() => {
      const noise = createNoise(SEED, 'noise', step)
      const parameters = Object.fromEntries(model.parameters.map((parameter) => [parameter.name, tf.tensor(values[parameter.name]!, parameter.shape)]))
      let calls = 0
      const uniform = (size: number[]): tf.Tensor => {
        const numbers = noise.uniform(size)
        drawn.push([`noise.${step}.${calls++}`, { shape: size, data: (numbers.dataSync() as Float32Array).slice() }])
        return numbers
      }
      trainingNll(parameters, tf.tensor2d(levels, shape), { uniform })
    })
  }
  return drawn
}

function randomLevels(count: number, levels: number): Float32Array {
  const values = new Float32Array(count)
  randomStream(1, 'bench').fillUniform(values)
  return values.map((value) => Math.min(levels - 1, Math.floor(value * levels)))
}

/** Losses agree when they differ by float rounding alone: of the first step before any update, of the others after updates too. */
export function compared(ours: number[], theirs: number[]): Check {
  const agrees = ours.length === theirs.length && ours.every((value, step) => Math.abs(value - theirs[step]!) <= Math.abs(value) * (step === 0 ? 1e-4 : 1e-3))
  return { what: `loss of the first ${ours.length} steps, nats`, ours: ours.map((value) => rounded(value, 7)), theirs: theirs.map((value) => rounded(value, 7)), agrees }
}

async function compiledContender(
  preparation: Preparation,
  { formulation, waiting }: Fastest,
  losses: number[],
  { opponent, compileLimitMs, say }: RowContext,
): Promise<[Prepared['compiled'], Opponent | null]> {
  if (compileLimitMs === null) return [null, null]
  const process_ = opponent(waiting)
  try {
    say(`torch.compile of '${formulation}' (it may take ${Math.round(compileLimitMs / 60_000)} minutes)`)
    await process_.prepare({ ...preparation, compiled: true })
    const values = await process_.check(formulation, losses.length, compileLimitMs)
    if (!compared(losses, values).agrees) throw new Error('Its losses are others.')
    return [{ name: 'compiled', run: (count) => process_.run(formulation, count) }, process_]
  } catch (error) {
    process_.close()
    return [{ reason: error instanceof Error ? error.message : String(error) }, null]
  }
}
