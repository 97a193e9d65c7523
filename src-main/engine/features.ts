import { dimensionsOf } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { featureFamilies, featureLayers } from '../ml/evaluation/features'
import { startEngine } from '../ml/tensor/startEngine'
import { numbersOf } from '../ml/tensor/numbersOf'
import { tf } from '../ml/tensor/tf'
import { buildModel } from './buildModel'
import { readWeights } from './checkpointFiles'
import { tensorsOf } from './gallery'
import type { FeaturesRequest } from './protocol'

/** Float32 numbers that one answer may carry. */
const MOST_VALUES = 2 ** 25

/** Progress in examples, and with the last item the activations of a hidden layer for all of them. */
export async function* features(request: FeaturesRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, folder } = request.dataset
  const model = buildModel(request.model, domain, request.seed)
  const layers = featureLayers(request.model, domain)
  if (!layers)
    throw new Error(
      `The family '${request.model.family}' has no hidden layer that describes a whole example. Families that have: ${featureFamilies.join(', ')} (of levels).`,
    )
  const { names, explanation } = layers
  const layer = request.layer ?? names.at(-1)!
  const place = names.indexOf(layer)
  if (place < 0) throw new Error(`The model has no layer '${layer}'. Its layers: ${names.join(', ')}.`)
  const parameters = tensorsOf(await readWeights(request.checkpointFolder, model, request.weights))
  const source = await openSplit(folder, request.split)
  const D = dimensionsOf(domain)
  const total = source.count
  let values: Float32Array<ArrayBuffer> | null = null
  let units = 0
  try {
    for (let first = 0; first < total; first += request.batchSize) {
      const rows = Math.min(request.batchSize, total - first)
      const levels = await source.read(Array.from({ length: rows }, (_value, row) => first + row), 0)
      const activations = numbersOf(() => layers.of(parameters, tf.tensor2d(levels, [rows, D]))[place]!)
      if (!values) {
        units = activations.length / rows
        if (units * total > MOST_VALUES)
          throw new Error(`${total} examples of ${units} units are more than the ${MOST_VALUES} numbers that are answered together. Choose a smaller split.`)
        values = new Float32Array(total * units)
      }
      values.set(activations, first * units)
      yield { done: first + rows, total, result: null }
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    }
    const labels = await source.labelsOf(Int32Array.from({ length: total }, (_value, index) => index))
    const bytes = new Uint8Array(values ? values.buffer : new ArrayBuffer(0))
    yield { done: total, total, result: { layer, layers: names, explanation, units, values: bytes, labels: labels && [...labels] } }
  } finally {
    tf.dispose(parameters)
    await source.close()
  }
}
