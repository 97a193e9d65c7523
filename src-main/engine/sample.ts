import type { DrawnPart } from '../contract/records/samples'
import { floatsOf } from '../data/featureMoments'
import { framesFor, standardised } from '../ml/evaluation/conditionOf'
import type { Model } from '../ml/models/model'
import { drawSamples } from '../ml/sampling/ancestral'
import { completionOf, givenLevels } from '../ml/sampling/completion'
import { startEngine } from '../ml/tensor/startEngine'
import { tf } from '../ml/tensor/tf'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { tensorsOf } from './gallery'
import type { SampleRequest } from './protocol'

const PROGRESS_MILLISECONDS = 100

/** Progress in dimensions, with what was drawn meanwhile where parts are asked for, and with the last item the samples, or the completions. */
export async function* sample(request: SampleRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, count, first, seed, temperature, length, naive, classes, features, completion } = request
  const built = buildModel(request.model, domain, 0)
  const completing = completion && completionOf(built, completion.unknown)
  const model = completing?.model ?? built
  const parameters = tensorsOf(await readWeights(request.checkpointFolder, built, request.weights))
  const steps = length ?? domain.shape[0]!
  const stop = new AbortController()
  const progress = { done: 0, total: 1 }
  const parts: DrawnPart[] = []
  const started = performance.now()
  const drawing = drawSamples({
    model,
    parameters,
    count,
    first,
    seed,
    temperature,
    length: model.ordering ? null : steps,
    naive,
    ...(completion ? { given: givenLevels(completion.levels, completion.unknown, completion.draws) } : {}),
    ...(classes ? { condition: Float32Array.from(classes) } : {}),
    ...(features ? { condition: repeatedFeatures(features, model, count, steps) } : {}),
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    onProgress: (done, total) => Object.assign(progress, { done, total }),
    ...(request.parts ? { onDrawn: (sample, from, levels) => void parts.push({ sample, from, levels }) } : {}),
  })
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const pause = new Promise<null>((resolve) => (timer = setTimeout(resolve, PROGRESS_MILLISECONDS, null)))
      const drawn = await Promise.race([drawing, pause]).finally(() => clearTimeout(timer))
      if (!drawn) {
        yield { ...progress, result: null, ...(request.parts ? { parts: parts.splice(0) } : {}) }
        continue
      }
      const seconds = (performance.now() - started) / 1000
      const dimensions = drawn.levels.length
      const { levels, means, logProb, method } = drawn
      const result = { levels, means, logProb, method, seconds, dimensionsPerSecond: dimensions / seconds }
      yield { done: dimensions, total: dimensions, result: completing ? { ...result, completion: { exact: completing.exact, why: completing.why } } : result }
      return
    }
  } finally {
    // The consumer may have left early.
    stop.abort()
    await drawing.catch(() => {})
    tf.dispose(parameters)
  }
}

/** The same features for each of `count` samples, [count × F × size], standardised. */
function repeatedFeatures(bytes: Uint8Array, { conditioning }: Model, count: number, steps: number): Float32Array {
  if (conditioning?.kind !== 'features') throw new Error('This model is not conditioned on features, so none can be given.')
  const frames = standardised(framesFor(floatsOf(bytes), conditioning, steps), conditioning)
  const repeated = new Float32Array(count * frames.length)
  for (let sample = 0; sample < count; sample++) repeated.set(frames, sample * frames.length)
  return repeated
}
