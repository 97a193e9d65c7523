import { framesRead, startOfFrame } from '../../contract/localFeatures'
import { conditionNumbers } from '../models/conditionNumbers'
import type { Conditioning, Model } from '../models/model'
import { tf } from '../tensor/tf'

/** Shape of the condition of `rows` examples of so many steps: class indices [B], vectors [B, size], or frames of features [B, F, size]. */
export function conditionShape(conditioning: Conditioning, rows: number, steps: number): number[] {
  if (conditioning.kind === 'class') return [rows]
  return conditioning.kind === 'vector' ? [rows, conditioning.size] : [rows, framesRead(conditioning, steps), conditioning.size]
}

/** The condition of a batch [rows, steps] as a tensor; absent for a model that is conditioned on nothing. */
export function conditionTensor(
  { conditioning }: Pick<Model, 'conditioning'>,
  values: Float32Array | null | undefined,
  rows: number,
  steps: number,
): tf.Tensor | undefined {
  if (!conditioning) return undefined
  if (!values) throw new Error('The model is conditioned, but the batch came without its condition.')
  return tf.tensor(values, conditionShape(conditioning, rows, steps))
}

/** Where a window that ends somewhere may begin at the latest to see what `from` and all later steps need: with a frame, where there are any. */
export const windowStart = ({ conditioning }: Pick<Model, 'conditioning'>, from: number): number =>
  startOfFrame(from, conditioning?.kind === 'features' ? conditioning.hop : undefined)

/** Of conditions for examples of `steps` steps, [rows × …], what the window [from, until) reads; `from` as `windowStart` gives it. */
export function conditionOfWindow(
  { conditioning }: Pick<Model, 'conditioning'>,
  values: Float32Array | undefined,
  { rows, steps, from, until }: { rows: number; steps: number; from: number; until: number },
): Float32Array | undefined {
  if (conditioning?.kind !== 'features' || !values) return values
  const each = conditionNumbers(conditioning, steps)
  const needed = conditionNumbers(conditioning, until - from)
  const first = (from / conditioning.hop) * conditioning.size
  const window = new Float32Array(rows * needed)
  for (let row = 0; row < rows; row++) window.set(values.subarray(row * each + first, row * each + first + needed), row * needed)
  return window
}
