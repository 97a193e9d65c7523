import type { Upsampling } from '../../contract/localFeatures'
import { framesRead } from '../../contract/localFeatures'
import type { Vector } from '../kernels/operations'
import type { PhaseWriter, PlanBuilder } from '../kernels/planBuilder'
import { tf } from '../tensor/tf'
import { accumulate } from './incremental'

/**
 * Local conditioning (van den Oord et al. 2016, section 2.5): V ∗ y with y = f(h) the features h brought to the rate of the samples. V is a 1 × 1
 * convolution and f is linear, so V ∗ f(h) = f(V ∗ h): the product is taken once for each frame, and its outcome is brought to the rate of the samples.
 */
export interface ConditionFrames {
  hop: number
  upsampling: Upsampling
}

/** Frames [B, F, S] · weight [S, C] at the rate of the samples -> [B, T, C]; T samples from the first one of the first frame on. */
export function upsampled(frames: tf.Tensor, weight: tf.Tensor, { hop, upsampling }: ConditionFrames, length: number): tf.Tensor {
  const [batch, given, size] = frames.shape as [number, number, number]
  const channels = weight.shape[1]!
  const needed = framesRead({ hop, upsampling }, length)
  if (given < needed) throw new Error(`${length} samples read ${needed} frames of features, but ${given} were given.`)
  const product = tf.reshape(tf.matMul(tf.reshape(frames, [-1, size]) as tf.Tensor2D, weight as tf.Tensor2D), [batch, given, 1, channels])
  const count = upsampling === 'linear' ? given - 1 : given
  const own = tf.slice(product, [0, 0, 0, 0], [batch, count, 1, channels])
  const spread =
    upsampling === 'linear'
      ? tf.add(tf.mul(own, ramp(hop, true)), tf.mul(tf.slice(product, [0, 1, 0, 0], [batch, count, 1, channels]), ramp(hop, false)))
      : tf.mul(own, tf.ones([1, 1, hop, 1])) // [B, F, 1, C] -> [B, F, hop, C]
  const whole = tf.reshape(spread, [batch, count * hop, channels])
  return count * hop === length ? whole : tf.slice(whole, [0, 0, 0], [batch, length, channels])
}

/** How much of the next frame there is at each sample of a frame: 0, 1/hop, 2/hop … [1, 1, hop, 1]; `own`: of the frame itself. */
function ramp(hop: number, own: boolean): tf.Tensor {
  return tf.tensor(
    Array.from({ length: hop }, (_value, at) => (own ? 1 - at / hop : at / hop)),
    [1, 1, hop, 1],
  )
}

/** The frame at hand in a sampling plan whose rows are frames, and how much y changes from one sample to the next; null where it is repeated. */
export interface DescribedFrames {
  frame: Vector
  slope: Vector | null
}

/** Every column number but the first has one of these bits. */
const ANY_COLUMN = 0x7fffffff

/** At the first sample of a frame: the operations that `write` writes. The plan's width is the samples of a frame. */
export const atFrames = (step: PhaseWriter, write: Parameters<PhaseWriter['atPixels']>[1]): void => step.atPixels({ columnMask: ANY_COLUMN }, write)

/** Takes the frame, and the one after it, out of what the sample is conditioned on. */
export function describeFrames(plan: PlanBuilder, size: number, { hop, upsampling }: ConditionFrames): DescribedFrames {
  const frame = plan.vector(size)
  const slope = upsampling === 'linear' ? plan.vector(size) : null
  atFrames(plan.step, (body) => {
    body.condition(frame, { stride: size, index: 'row' })
    if (!slope) return
    body.condition(slope, { first: size, stride: size, index: 'row' })
    body.combine('difference', slope, frame, slope)
    body.affine(slope, slope, 1 / hop, 0)
  })
  return { frame, slope }
}

/** V ∗ y at the step at hand, in a vector that holds it from the layer's own operations on; `after` moves it on to the next step. */
export function describeProduct(plan: PlanBuilder, weight: Float32Array, { frame, slope }: DescribedFrames): { added: Vector; after(): void } {
  const size = weight.length / frame.size
  const added = plan.vector(size)
  const change = slope && plan.vector(size)
  atFrames(plan.step, (body) => {
    body.dense({ from: frame, to: added, weight })
    if (slope && change) body.dense({ from: slope, to: change, weight })
  })
  return { added, after: () => void (change && plan.step.add(added, change)) }
}

/** The same in JavaScript, sample by sample and step by step. */
export interface FramesOverTime {
  /** V ∗ y [C] of a sample at a position; valid until the next call for that sample. */
  at(sample: number, position: number): Float32Array
}

/** condition [batch × F × S] frames, weight [S, C]. */
export function framesOverTime(condition: Float32Array, batch: number, weight: Float32Array, size: number, { hop, upsampling }: ConditionFrames): FramesOverTime {
  const channels = weight.length / size
  const each = condition.length / batch
  const [own, next] = [new Float32Array(batch * channels), new Float32Array(batch * channels)]
  const mixed = upsampling === 'linear' ? new Float32Array(batch * channels) : own
  const product = (target: Float32Array, sample: number, frame: number): void => {
    const output = target.subarray(sample * channels, (sample + 1) * channels).fill(0)
    if ((frame + 1) * size <= each) accumulate(output, channels, condition, sample * each + frame * size, size, weight, 0)
  }
  return {
    at(sample, position) {
      const [frame, within] = [Math.floor(position / hop), position % hop]
      const from = sample * channels
      if (within === 0) {
        product(own, sample, frame)
        if (mixed !== own) product(next, sample, frame + 1)
      }
      if (mixed !== own) for (let at = from; at < from + channels; at++) mixed[at] = own[at]! + ((next[at]! - own[at]!) * within) / hop
      return mixed.subarray(from, from + channels)
    },
  }
}
