import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import type { Domain } from '../src-main/contract/domain'
import type { ModelDocument } from '../src-main/contract/records/model'
import { trainingConfigSchema } from '../src-main/contract/records/training'
import { openSplit } from '../src-main/data/openStore'
import { buildModel } from '../src-main/engine/buildModel'
import { readAhead } from '../src-main/engine/readAhead'
import { writeGreys } from '../src-main/engine/testStore'
import { initialParameters } from '../src-main/ml/tensor/initialize'
import { startEngine } from '../src-main/ml/tensor/startEngine'
import { trainingBatches } from '../src-main/ml/training/batches'
import type { TrainingBatches } from '../src-main/ml/training/batches'
import { createLearner } from '../src-main/ml/training/createLearner'
import { initialState } from '../src-main/ml/training/learner'
import type { Learner } from '../src-main/ml/training/learner'

export interface InputMeasurement {
  batchSize: number
  /** Medians in milliseconds: a whole step with its wait, and the wait for its batch alone. */
  threaded: { stepMs: number; dataWaitMs: number }
  direct: { stepMs: number; dataWaitMs: number }
}

const domain: Domain = { kind: 'image', shape: [28, 28, 1], levels: 2, variableLength: false, encoding: 'linear' }

/**
 * What reading costs a training step: the same learner on grey 28 × 28 images under dynamic binarisation (a random number for each pixel of
 * each batch), with batches read in a thread and between the steps, in turns.
 */
export async function measureInput({
  model: document = { family: 'made', config: { hidden: [500, 500] } } satisfies ModelDocument as ModelDocument,
  batchSize = 100,
  steps = 100,
  rounds = 3,
  examples = 5_000,
} = {}): Promise<InputMeasurement> {
  await startEngine()
  const home = await mkdtemp(join(tmpdir(), 'chainrule-bench-input-'))
  const folder = await writeGreys(home, examples)
  const source = await openSplit(folder, 'train')
  const model = buildModel(document, domain, 0)
  const options = { domain, batchSize, seed: 0, windowSamples: 16, context: null }
  const direct = trainingBatches({ ...options, source })
  const ahead = await readAhead(direct, { ...options, folder })
  const learner = createLearner({ ...trainingConfigSchema.parse({}), model, batchShape: direct.shape, masked: false, evaluationShape: direct.shape })
  learner.write(initialState(model, initialParameters(model.parameters, 0), false))
  try {
    if (!ahead.threaded) throw new Error('The thread that reads batches did not start.')
    const times = { threaded: emptyTimes(), direct: emptyTimes() }
    await train(learner, direct, 10, emptyTimes())
    for (let round = 0; round < rounds; round++) {
      await train(learner, ahead, steps, times.threaded)
      await train(learner, direct, steps, times.direct)
    }
    return { batchSize, threaded: medians(times.threaded), direct: medians(times.direct) }
  } finally {
    learner.dispose()
    await ahead.close()
    await source.close()
    await rm(home, { recursive: true })
  }
}

interface Times {
  step: number[]
  wait: number[]
}
const emptyTimes = (): Times => ({ step: [], wait: [] })

/** Steps as the training loop takes them: the next batch is asked for before the step. */
async function train(learner: Learner, batches: TrainingBatches, steps: number, times: Times): Promise<void> {
  const perEpoch = batches.stepsIn(0)
  const ask = (step: number) => batches.read(Math.floor(step / perEpoch), step % perEpoch)
  let next = ask(0)
  let started = performance.now()
  for (let step = 0; step < steps; step++) {
    const waited = performance.now()
    const batch = await next
    times.wait.push(performance.now() - waited)
    next = ask(step + 1)
    learner.step(batch, 1e-3, step + 1)
    await new Promise(setImmediate)
    times.step.push(performance.now() - started)
    started = performance.now()
  }
  await next
}

function medians({ step, wait }: Times): { stepMs: number; dataWaitMs: number } {
  const middle = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
  return { stepMs: middle(step), dataWaitMs: middle(wait) }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(JSON.stringify(await measureInput()))
