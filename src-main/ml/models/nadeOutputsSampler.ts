import type { NadeShape } from './nadeOutputs'
import type { CachedSampler, Weights } from './model'

/**
 * The carried activation [H] of each sample: an accepted value adds its row of W (scaled by it, or picked by its level). The hidden layer is computed
 * anew at each step, for ρ_i differs: O(HP) per dimension and sample.
 */
export function nadeOutputsSampler(
  weights: Weights,
  batch: number,
  ordering: Int32Array,
  { hidden, outputs, levels, activation }: NadeShape,
  scaled: (value: number) => number,
): CachedSampler {
  const W = weights.get('W')!.data
  const V = weights.get('V')!.data
  const b = weights.get('b')!.data
  const c = weights.get('c')!.data
  const rescale = weights.get('rescale')?.data
  const activations = new Float32Array(batch * hidden)
  for (let sample = 0; sample < batch; sample++) activations.set(c, sample * hidden)
  const out = new Float32Array(batch * outputs)
  const sums = new Float64Array(outputs)
  return {
    logits(step) {
      const dimension = ordering[step]!
      const rho = rescale ? rescale[dimension]! : 1
      for (let sample = 0; sample < batch; sample++) {
        for (let output = 0; output < outputs; output++) sums[output] = b[dimension * outputs + output]!
        for (let unit = 0; unit < hidden; unit++) {
          const value = rho * activations[sample * hidden + unit]!
          const h = activation === 'relu' ? Math.max(0, value) : 1 / (1 + Math.exp(-value))
          if (h === 0) continue
          const row = (dimension * hidden + unit) * outputs
          for (let output = 0; output < outputs; output++) sums[output] = sums[output]! + h * V[row + output]!
        }
        out.set(sums, sample * outputs)
      }
      return out
    },
    accept(step, values) {
      const dimension = ordering[step]!
      for (let sample = 0; sample < batch; sample++) {
        const value = values[sample]!
        const row = (levels === null ? dimension : dimension * levels + value) * hidden
        const factor = levels === null ? scaled(value) : 1
        const offset = sample * hidden
        for (let unit = 0; unit < hidden; unit++) activations[offset + unit] = activations[offset + unit]! + factor * W[row + unit]!
      }
    },
  }
}
