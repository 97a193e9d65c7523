import type { Conditioning } from '../models/model'
import type { ExampleSource } from './exampleSource'

/**
 * The conditions of some examples from a data set's labels; null for a model that is conditioned on nothing. Free of tensors, so that the
 * thread that reads batches need not load them. Throws a sentence for the user when the data set has no label for one of the examples.
 */
export async function conditionOf(
  source: Pick<ExampleSource, 'labelsOf'>,
  conditioning: Conditioning | undefined,
  indices: ArrayLike<number>,
): Promise<Float32Array | null> {
  if (!conditioning) return null
  if (conditioning.kind === 'vector') throw new Error('The data set holds no vectors to condition the model on. Choose a model that is conditioned on classes.')
  const labels = await source.labelsOf(indices)
  if (!labels) throw new Error('The data set has no labels, but the model is conditioned on classes. Import the data with labels, or train without them.')
  return Float32Array.from(labels, (label, index) => {
    if (label < 0 || label >= conditioning.classes)
      throw new Error(`Example ${indices[index]} has the label ${label}, but the model is conditioned on the classes 0 to ${conditioning.classes - 1}.`)
    return label
  })
}
