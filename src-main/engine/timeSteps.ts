import { openSplit } from '../data/openStore'
import type { Model } from '../ml/models/model'
import { initialParameters } from '../ml/tensor/initialize'
import { startEngine } from '../ml/tensor/startEngine'
import { trainingBatches } from '../ml/training/batches'
import { createLearner } from '../ml/training/createLearner'
import { isFitted } from '../ml/training/fitting'
import { initialState } from '../ml/training/learner'
import { buildModel, contextOf, ModelDocumentError } from './buildModel'
import type { StepTiming, TimeStepsRequest } from './protocol'
import { requireClasses } from './requireClasses'

/** Enough for a median; a slow model stops at the time limit, after one step at least. */
const MOST_STEPS = 12

/** Trains a model on real batches for a moment and throws it away: how long a step takes once the program is compiled. */
export async function timeSteps({ model: document, dataset, training, seconds }: TimeStepsRequest, signal?: AbortSignal): Promise<StepTiming> {
  await startEngine()
  const model: Model = buildModel(document, dataset.domain, training.seed)
  if (isFitted(model)) throw new ModelDocumentError('This family is fitted by counting, in one pass, and has no steps to time.')
  requireClasses(model, dataset)
  const source = await openSplit(dataset.folder, 'train')
  try {
    const { batchSize, windowSamples, seed } = training
    const batches = trainingBatches({ domain: dataset.domain, source, batchSize, seed, windowSamples, context: model.trainingContext ?? contextOf(model), conditioning: model.conditioning })
    const learner = createLearner({ ...training, model, batchShape: batches.shape, masked: batches.masked, evaluationShape: batches.shape })
    try {
      learner.write(initialState(model, initialParameters(model.parameters, seed), training.ema !== null))
      const times: number[] = []
      let began = performance.now()
      for (let step = 1; step <= MOST_STEPS + 1; step++) {
        const batch = await batches.read(0, (step - 1) % batches.stepsIn(0))
        signal?.throwIfAborted()
        const before = performance.now()
        learner.step(batch, training.learningRate, step)
        await new Promise(setImmediate)
        // The first step makes the program ready.
        if (step === 1) began = performance.now()
        else times.push((performance.now() - before) / 1000)
        if (times.length > 0 && performance.now() - began > 1000 * seconds) break
      }
      times.sort((a, b) => a - b)
      return { secondsPerStep: times[Math.floor(times.length / 2)]!, steps: times.length, stepsPerEpoch: batches.stepsIn(0), mode: learner.execution.mode }
    } finally {
      learner.dispose()
    }
  } finally {
    await source.close()
  }
}
