import { drawSamples } from '../ml/sampling/ancestral'
import { startEngine } from '../ml/tensor/startEngine'
import { tf } from '../ml/tensor/tf'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { tensorsOf } from './gallery'
import type { SampleRequest } from './protocol'

const PROGRESS_MILLISECONDS = 100

/** Progress in dimensions, and with the last item the samples. */
export async function* sample(request: SampleRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, count, seed, temperature, length, naive, classes } = request
  const model = buildModel(request.model, domain, 0)
  const parameters = tensorsOf(await readWeights(request.checkpointFolder, model, request.weights))
  const stop = new AbortController()
  const progress = { done: 0, total: 1 }
  const started = performance.now()
  const drawing = drawSamples({
    model,
    parameters,
    count,
    seed,
    temperature,
    length: model.ordering ? null : (length ?? domain.shape[0]!),
    naive,
    ...(classes ? { condition: Float32Array.from(classes) } : {}),
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    onProgress: (done, total) => Object.assign(progress, { done, total }),
  })
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined
      const pause = new Promise<null>((resolve) => (timer = setTimeout(resolve, PROGRESS_MILLISECONDS, null)))
      const drawn = await Promise.race([drawing, pause]).finally(() => clearTimeout(timer))
      if (!drawn) {
        yield { ...progress, result: null }
        continue
      }
      const seconds = (performance.now() - started) / 1000
      const dimensions = drawn.levels.length
      yield { done: dimensions, total: dimensions, result: { ...drawn, seconds, dimensionsPerSecond: dimensions / seconds } }
      return
    }
  } finally {
    // The consumer may have left early.
    stop.abort()
    await drawing.catch(() => {})
    tf.dispose(parameters)
  }
}
