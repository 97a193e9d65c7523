import { earlierSampler } from './earlier'
import type { CachedSampler } from './model'

/**
 * NADE's activation is carried: an accepted x_i adds x_i·W_i to it, and hidden units change only where x_i ≠ 0, so they are kept.
 * O(H) per dimension and sample.
 */
export function nadeSampler(
  weights: ReadonlyMap<string, { shape: number[]; data: Float32Array }>,
  batch: number,
  ordering: Int32Array,
): CachedSampler {
  const W = weights.get('W')!.data
  const V = weights.get('V')!.data
  const b = weights.get('b')!.data
  const c = weights.get('c')!.data
  const hidden = c.length
  const activations = new Float32Array(batch * hidden)
  const units = new Float32Array(batch * hidden)
  for (let sample = 0; sample < batch; sample++) {
    activations.set(c, sample * hidden)
    for (let unit = 0; unit < hidden; unit++) units[sample * hidden + unit] = 1 / (1 + Math.exp(-c[unit]!))
  }
  const out = new Float32Array(batch)
  const weight = weights.get('direct')?.data
  const direct = weight && earlierSampler(weight, new Float32Array(b.length), batch, ordering)
  return {
    logits(step) {
      const dimension = ordering[step]!
      const row = dimension * hidden
      for (let sample = 0; sample < batch; sample++) {
        const offset = sample * hidden
        let logit = b[dimension]!
        for (let unit = 0; unit < hidden; unit++) logit += V[row + unit]! * units[offset + unit]!
        out[sample] = logit
      }
      direct?.logits(step).forEach((logit, sample) => (out[sample] = out[sample]! + logit))
      return out
    },
    accept(step, values) {
      direct?.accept(step, values)
      const row = ordering[step]! * hidden
      for (let sample = 0; sample < batch; sample++) {
        const value = values[sample]!
        if (value === 0) continue
        const offset = sample * hidden
        for (let unit = 0; unit < hidden; unit++) {
          const activation = activations[offset + unit]! + value * W[row + unit]!
          activations[offset + unit] = activation
          units[offset + unit] = 1 / (1 + Math.exp(-activation))
        }
      }
    },
  }
}
