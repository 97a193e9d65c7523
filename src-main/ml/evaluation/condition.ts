import type { Conditioning, Model } from '../models/model'
import { tf } from '../tensor/tf'

/** Shape of the condition of `rows` examples: class indices [B], or vectors [B, size]. */
export function conditionShape(conditioning: Conditioning, rows: number): number[] {
  return conditioning.kind === 'class' ? [rows] : [rows, conditioning.size]
}

/** The condition of a batch as a tensor; absent for a model that is conditioned on nothing. */
export function conditionTensor(
  { conditioning }: Pick<Model, 'conditioning'>,
  values: Float32Array | null | undefined,
  rows: number,
): tf.Tensor | undefined {
  if (!conditioning) return undefined
  if (!values) throw new Error('The model is conditioned, but the batch came without its condition.')
  return tf.tensor(values, conditionShape(conditioning, rows))
}
