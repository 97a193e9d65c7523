import type { PlanBuilder } from '../kernels/planBuilder'
import type { Vector } from '../kernels/operations'
import { roundUp } from '../kernels/pack'
import { tf } from '../tensor/tf'
import type { CachedSampler } from './model'

/** Σ_{j<i} w_ji x_j, j < i: generated earlier. x [B, D] · weight [D, D] -> [B, D]; entries whose row does not come before their column are ignored. */
export function earlierProduct(x: tf.Tensor, weight: tf.Tensor, ranks: Int32Array): tf.Tensor2D {
  const rank = tf.tensor1d(ranks, 'int32')
  const mask = tf.cast(tf.less(tf.expandDims(rank, 1), tf.expandDims(rank, 0)), 'float32') // [D, D]: 1 where row comes before column
  return tf.matMul(x as tf.Tensor2D, tf.mul(weight, mask) as tf.Tensor2D)
}

/** bias + Σ_{j<i} w_ji x_j of all dimensions so far; an accepted value adds its row of weights to those that come later. */
export function earlierSampler(weight: Float32Array, bias: Float32Array, batch: number, ordering: Int32Array): CachedSampler {
  const dimensions = ordering.length
  const logits = new Float32Array(batch * dimensions)
  for (let sample = 0; sample < batch; sample++) logits.set(bias, sample * dimensions)
  const out = new Float32Array(batch)
  return {
    logits(step) {
      const dimension = ordering[step]!
      for (let sample = 0; sample < batch; sample++) out[sample] = logits[sample * dimensions + dimension]!
      return out
    },
    accept(step, values) {
      const row = ordering[step]! * dimensions
      for (let sample = 0; sample < batch; sample++) {
        const value = values[sample]!
        if (value === 0) continue
        const offset = sample * dimensions
        for (let later = step + 1; later < dimensions; later++) {
          const dimension = ordering[later]!
          logits[offset + dimension] = logits[offset + dimension]! + value * weight[row + dimension]!
        }
      }
    },
  }
}

/** The same for a plan: writes the step's logit; `after` follows the draw. */
export function earlierLogit(plan: PlanBuilder, weight: Float32Array, bias: Float32Array, ordering: Int32Array): { logit: Vector; after(): void } {
  const dimensions = ordering.length
  const padded = roundUp(dimensions, 4)
  const table = new Float32Array(dimensions * padded)
  const start = new Float32Array(padded)
  for (let step = 0; step < dimensions; step++) {
    const row = ordering[step]! * dimensions
    start[step] = bias[ordering[step]!]!
    for (let later = step + 1; later < dimensions; later++) table[step * padded + later] = weight[row + ordering[later]!]!
  }
  const [all, logit] = [plan.vector(padded), plan.vector(1)]
  plan.start.table({ table: start, to: all, index: 'step' })
  plan.step.slice(all, logit, 1, 'step')
  return { logit, after: () => plan.step.accumulate({ to: all, table, triangular: true }) }
}
