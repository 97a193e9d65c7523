import type { Model, Parameters } from '../../src-main/ml/models/model'
import { drawSamples, naiveSampler } from '../../src-main/ml/sampling/ancestral'
import { initialParameters } from '../../src-main/ml/tensor/initialize'
import { tf } from '../../src-main/ml/tensor/tf'
import type { StoredTensor } from '../../src-main/storage/safetensors'
import { timed } from './duel'
import type { Contender } from './duel'
import { describeFastest, fastestOpponent } from './fastest'
import { handOver } from './files'
import type { Opponent } from './opponent'
import type { Check } from './report'
import type { Prepared, Row, RowContext } from './row'
import { mean, rounded, standardError } from './statistics'

export interface SamplingRow {
  name: string
  title: string
  target: number | null
  model(): Model
  /** Samples drawn together. */
  count: number
  /** Time steps of each; time series only. */
  length?: number
  /** How many times faster than the naive sampler it has to be. */
  naiveWanted?: number
  /** Dimensions of all samples together that have to be drawn in a second. */
  samplesWanted?: number
  opponent:
    | { kind: 'torch'; module: string; options?: Record<string, unknown>; tensors?: () => Map<string, StoredTensor> }
    /** The studio's naive sampler: a whole forward pass for each dimension. `whole` draws all; else some steps are timed and scaled up. */
    | { kind: 'naive'; whole: boolean }
}

const NAIVE_STEPS = 8

/** Drawing samples by the studio's cached sampler, against PyTorch or against the naive sampler. */
export function samplingRow(spec: SamplingRow): Row {
  return { name: spec.name, title: spec.title, target: spec.target, prepare: (context) => prepare(spec, context) }
}

async function prepare(spec: SamplingRow, context: RowContext): Promise<Prepared> {
  const model = spec.model()
  const values = initialParameters(model.parameters, 1)
  const parameters: Parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(values[name]!, shape)]))
  const { count } = spec
  const steps = model.ordering?.length ?? spec.length!
  const draw = (naive: boolean) => drawSamples({ model, parameters, count, seed: 1, batchSize: count, length: spec.length ?? null, naive })
  const first = await draw(false)
  const ours: Contender = { name: 'ours', run: (repeats) => timed(repeats, () => draw(false)) }
  const scaledNaive: Contender = { name: 'naive', run: (repeats) => scaledNaiveTimes(repeats, { model, parameters, count, steps }) }
  const details = {
    samples: count,
    dimensions: steps,
    method: first.method,
    ...(spec.naiveWanted === undefined ? {} : { naiveWanted: spec.naiveWanted }),
    ...(spec.samplesWanted === undefined ? {} : { samplesWanted: spec.samplesWanted }),
  }
  const disposeOurs = (): void => tf.dispose(parameters)
  try {
    if (spec.opponent.kind === 'naive') {
      const { whole } = spec.opponent
      return {
        ours,
        theirs: whole ? { name: 'theirs', run: (repeats) => timed(repeats, () => draw(true)) } : { ...scaledNaive, name: 'theirs' },
        description: `our own naive sampler: a whole forward pass for each dimension${whole ? '' : ` (${NAIVE_STEPS} of ${steps} timed)`}`,
        compiled: null,
        check: whole ? identical(first.levels, (await draw(true)).levels) : null,
        details,
        // Minutes each, and far from the limit.
        ...(whole ? { rounds: 1 } : {}),
        close: disposeOurs,
      }
    }
    return await againstTorch(spec, spec.opponent, { context, model, values, ours, scaledNaive, details, logProb: first.logProb, disposeOurs })
  } catch (error) {
    disposeOurs()
    throw error
  }
}

interface TorchParts {
  context: RowContext
  model: Model
  values: Record<string, Float32Array>
  ours: Contender
  scaledNaive: Contender
  details: Record<string, number | string>
  logProb: number[]
  disposeOurs(): void
}

async function againstTorch(
  { count, length }: SamplingRow,
  { module, options, tensors }: Extract<SamplingRow['opponent'], { kind: 'torch' }>,
  { context, model, values, ours, scaledNaive, details, logProb, disposeOurs }: TorchParts,
): Promise<Prepared> {
  const weights = model.parameters.map(({ name, shape }): [string, StoredTensor] => [name, { shape, data: values[name]! }])
  const file = handOver(new Map([...weights, ...(tensors?.() ?? [])]))
  let opponent: Opponent | null = null
  const close = (): void => {
    disposeOurs()
    opponent?.close()
    file.remove()
  }
  try {
    const preparation = { row: module, tensors: file.path, options: { count, ...(length ? { length } : {}), ...options } }
    const checks = new Map<string, Check>()
    const fastest = await fastestOpponent(context.opponent, preparation, async (candidate, formulation) => {
      // Of one sample there is no spread to compare with.
      if (count > 1) checks.set(formulation, sameDistribution(logProb, await candidate.check(formulation, count)))
    })
    opponent = fastest.opponent
    const naiveMs = (await scaledNaive.run(1))[0]!
    return {
      ours,
      theirs: { name: 'theirs', run: (repeats) => fastest.opponent.run(fastest.formulation, repeats) },
      description: `PyTorch: ${describeFastest(fastest)}`,
      compiled: null,
      check: checks.get(fastest.formulation) ?? null,
      details: { ...details, naiveMs: rounded(naiveMs) },
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Times of the naive sampler from a few of its steps, evenly spread. */
async function scaledNaiveTimes(repeats: number, { model, parameters, count, steps }: { model: Model; parameters: Parameters; count: number; steps: number }) {
  const sampler = naiveSampler({ model, parameters }, count, steps)
  const times: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    let sum = 0
    for (let index = 0; index < NAIVE_STEPS; index++) {
      const [ms] = await timed(1, () => void sampler.logits(Math.floor(((index + 0.5) * steps) / NAIVE_STEPS)))
      sum += ms!
    }
    times.push((sum / NAIVE_STEPS) * steps)
  }
  return times
}

/** Both samplers draw from one density: then the mean of log p over their samples differs by chance alone. */
function sameDistribution(ours: number[], theirs: number[]): Check {
  const spread = Math.hypot(standardError(ours), standardError(theirs))
  return {
    what: `mean log p of ${ours.length} samples, nats`,
    ours: [rounded(mean(ours), 6)],
    theirs: [rounded(mean(theirs), 6)],
    // Where every sample is as probable as any other, rounding is all that differs.
    agrees: Math.abs(mean(ours) - mean(theirs)) <= 5 * spread + 1e-5 * Math.abs(mean(ours)),
  }
}

function identical(ours: ArrayLike<number>, theirs: ArrayLike<number>): Check {
  const differing = Array.from(ours).reduce<number>((sum, value, index) => sum + (value === theirs[index] ? 0 : 1), 0)
  return { what: 'drawn levels that differ', ours: [differing], theirs: [0], agrees: differing === 0 }
}
