import { framesOfSamples, framesRead } from '../../contract/localFeatures'
import type { Conditioning, FeatureConditioning } from '../models/model'
import type { ExampleSource } from './exampleSource'

/** Windows of examples: which steps of each are read. */
export interface ReadWindows {
  /** First step of each window, the first one of a frame where there are any. */
  starts: ArrayLike<number>
  /** Steps of every window. */
  length: number
}

/**
 * The conditions of some examples from what the data set holds beside them: labels, or features; null for a model that is conditioned on nothing.
 * `windows` says which steps of the examples are read. Free of tensors, so that the thread that reads batches need not load them. Throws a
 * sentence for the user when the data set lacks it for one of the examples.
 */
export async function conditionOf(
  source: Pick<ExampleSource, 'labelsOf' | 'featuresOf'>,
  conditioning: Conditioning | undefined,
  indices: ArrayLike<number>,
  windows?: ReadWindows,
): Promise<Float32Array | null> {
  if (!conditioning) return null
  if (conditioning.kind === 'features') return featuresOfWindows(source, conditioning, indices, windows)
  if (conditioning.kind === 'vector') throw new Error('The data set holds no vectors to condition the model on. Choose a model that is conditioned on classes.')
  const labels = await source.labelsOf(indices)
  if (!labels) throw new Error('The data set has no labels, but the model is conditioned on classes. Import the data with labels, or train without them.')
  return Float32Array.from(labels, (label, index) => {
    if (label < 0 || label >= conditioning.classes)
      throw new Error(`Example ${indices[index]} has the label ${label}, but the model is conditioned on the classes 0 to ${conditioning.classes - 1}.`)
    return label
  })
}

/** Standardised frames of windows, [windows × F × size]; behind the end of an example its last frame goes on. */
async function featuresOfWindows(
  source: Pick<ExampleSource, 'featuresOf'>,
  conditioning: FeatureConditioning,
  indices: ArrayLike<number>,
  windows: ReadWindows | undefined,
): Promise<Float32Array> {
  if (!source.featuresOf) throw new Error(NO_FEATURES)
  if (!windows) throw new Error('A model that is conditioned on features is asked about windows of recordings, not about whole examples.')
  const { size, hop } = conditioning
  const frames = framesRead(conditioning, windows.length)
  const values = new Float32Array(indices.length * frames * size)
  for (let row = 0; row < indices.length; row++) {
    const start = windows.starts[row]!
    if (start % hop !== 0) throw new Error(`A window begins at sample ${start}, which is not the first of a frame of ${hop}.`)
    values.set(await source.featuresOf(indices[row]!, start / hop, frames), row * frames * size)
  }
  return standardised(values, conditioning)
}

export const NO_FEATURES =
  "The data set has no features beside its recordings, but the model is conditioned on them. Import the data with features (log-mel energies, or .npy files), or set the condition to 'none'."

/** (h − mean) / deviation, in place; frames × size. */
export function standardised(values: Float32Array, { size, mean, deviation }: Pick<FeatureConditioning, 'size' | 'mean' | 'deviation'>): Float32Array {
  for (let at = 0; at < values.length; at++) values[at] = (values[at]! - mean[at % size]!) / deviation[at % size]!
  return values
}

/** Frames of one example brought to those that so many steps read: the last one goes on behind the end. */
export function framesFor(values: Float32Array, conditioning: FeatureConditioning, steps: number): Float32Array {
  const { size, hop } = conditioning
  const [given, needed] = [values.length / size, framesRead(conditioning, steps)]
  if (given < framesOfSamples(steps, hop)) throw new Error(`The features last for ${given * hop} samples, but ${steps} were asked for.`)
  const frames = new Float32Array(needed * size)
  for (let frame = 0; frame < needed; frame++) {
    const from = Math.min(frame, given - 1) * size
    frames.set(values.subarray(from, from + size), frame * size)
  }
  return frames
}
