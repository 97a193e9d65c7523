import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { ranksOf } from '../../contract/inspect/orderings'
import type { Model, Parameters } from '../models/model'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { farFromUniform } from './probeWeights'

export interface CausalityLeak {
  /** Dimension whose conditional changed. */
  conditional: number
  /** Dimension that it must not see: itself or a later one. */
  sees: number
  how: 'perturbation' | 'gradient'
}

export interface CausalityReport {
  leaks: CausalityLeak[]
  /** Dimensions that were changed, of `dimensions`. */
  perturbed: number
  /** Conditionals whose gradient was taken; 0 for models whose input is discrete (embeddings, one-hot). */
  differentiated: number
  dimensions: number
  /** Perturbed dimensions that changed some later conditional: proof that the weights let information through at all. */
  influential: number
}

export interface CausalityOptions {
  seed?: number
  /** At most this many dimensions are perturbed, spread evenly from a random start; all when there are fewer. */
  perturbations?: number
  gradients?: number
  /** Time steps looked at; time series only. */
  length?: number
}

/**
 * The numerical proof on the built model: changing x_j must change no conditional i ≤ j of the ordering, and the gradient of the
 * conditionals up to i with respect to x_j, j ≥ i, must be exactly 0. `parameters` should be far from 0 and from symmetric, else a leak can hide.
 */
export function checkCausality(model: Model, parameters: Parameters, domain: Domain, options: CausalityOptions = {}): CausalityReport {
  const { seed = 0, perturbations = 128, gradients = 16 } = options
  const dimensions = model.ordering
    ? dimensionsOf(domain)
    : Math.min(options.length ?? (model.receptiveField ?? 0) + 24, dimensionsOf(domain), 4096)
  const ranks = model.ordering ? ranksOf(model.ordering) : Int32Array.from({ length: dimensions }, (_value, step) => step)
  const random = randomStream(seed, 'causality')
  const base = Float32Array.from({ length: dimensions }, () => random.integer(domain.levels))
  const spread = (count: number): number[] => {
    const chosen = Math.min(count, dimensions)
    const start = random.integer(dimensions)
    return Array.from({ length: chosen }, (_value, index) => (start + Math.floor((index * dimensions) / chosen)) % dimensions)
  }

  const changed = spread(perturbations)
  const { leaks, influential } = byPerturbation(model, parameters, {
    base,
    ranks,
    changed,
    levels: domain.levels,
    draw: (bound) => random.integer(bound),
  })
  const conditionals = spread(gradients)
  const differentiable = dependsSmoothly(model, parameters, base)
  if (differentiable) leaks.push(...byGradient(model, parameters, base, ranks, conditionals))
  return { leaks, perturbed: changed.length, differentiated: differentiable ? conditionals.length : 0, dimensions, influential }
}

/** The proof with weights of its own, before any training: initial weights may be zeros, behind which a leak would hide. */
export function proveCausality(model: Model, domain: Domain, options: CausalityOptions = {}): CausalityReport {
  const parameters = farFromUniform(model, options.seed ?? 0)
  try {
    return checkCausality(model, parameters, domain, options)
  } finally {
    tf.dispose(parameters)
  }
}

interface Perturbation {
  base: Float32Array
  ranks: Int32Array
  changed: number[]
  levels: number
  draw(bound: number): number
}

/** Numbers that one batch of conditionals may hold. */
const MOST_OUTPUTS = 4e6

function byPerturbation(
  model: Model,
  parameters: Parameters,
  { base, ranks, changed, levels, draw }: Perturbation,
): { leaks: CausalityLeak[]; influential: number } {
  const dimensions = base.length
  const chunk = Math.max(1, Math.min(64, Math.floor(MOST_OUTPUTS / (dimensions * model.distribution.parametersPerDimension))))
  const leaks: CausalityLeak[] = []
  let influential = 0
  for (let start = 0; start < changed.length; start += chunk) {
    const targets = changed.slice(start, start + chunk)
    // Row 0 is the example as it is, then one row for each changed dimension.
    const rows = new Float32Array((targets.length + 1) * dimensions)
    for (let row = 0; row <= targets.length; row++) rows.set(base, row * dimensions)
    targets.forEach((target, index) => {
      rows[(index + 1) * dimensions + target] = (base[target]! + 1 + draw(levels - 1)) % levels
    })
    const [scale, changes] = changesFromFirstRow(model, parameters, rows, dimensions)
    // Rounding may differ between the rows of a batch, by a few units in the last place of the largest sums.
    const tolerance = 2e-5 * (1 + scale)
    targets.forEach((target, index) => {
      let reaches = false
      for (let conditional = 0; conditional < dimensions; conditional++) {
        if (changes[(index + 1) * dimensions + conditional]! <= tolerance) continue
        if (ranks[conditional]! > ranks[target]!) reaches = true
        else leaks.push({ conditional, sees: target, how: 'perturbation' })
      }
      if (reaches) influential++
    })
  }
  return { leaks, influential }
}

/** The largest absolute parameter, and for each row and dimension by how much its conditional differs from that of row 0. */
function changesFromFirstRow(model: Model, parameters: Parameters, rows: Float32Array, dimensions: number): [number, Float32Array] {
  const [scale, changes] = tf.tidy(() => {
    const outputs = model.conditionals(parameters, tf.tensor2d(rows, [rows.length / dimensions, dimensions])) // [R, D, P]
    const first = tf.slice(outputs, [0, 0, 0], [1, -1, -1])
    return [tf.max(tf.abs(outputs)).dataSync()[0]!, tf.max(tf.abs(tf.sub(outputs, first)), 2).dataSync() as Float32Array] as [
      number,
      Float32Array,
    ]
  })
  if (!Number.isFinite(scale)) throw new Error('The model gives numbers that are not finite, so its causality cannot be judged.')
  return [scale, changes]
}

const inputOf = (base: Float32Array): tf.Tensor2D => tf.tensor2d(base, [1, base.length])

/** Whether the input reaches the output through differentiable operations. */
function dependsSmoothly(model: Model, parameters: Parameters, base: Float32Array): boolean {
  try {
    tf.tidy(() => {
      tf.grad((x) => tf.sum(model.conditionals(parameters, x)))(inputOf(base))
    })
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('Cannot compute gradient')) return false
    throw error
  }
}

function byGradient(model: Model, parameters: Parameters, base: Float32Array, ranks: Int32Array, conditionals: number[]): CausalityLeak[] {
  const leaks: CausalityLeak[] = []
  for (const conditional of conditionals) {
    const gradient = conditionalGradient(model, parameters, base, conditional)
    gradient.forEach((value, dimension) => {
      if (value !== 0 && ranks[dimension]! >= ranks[conditional]!) leaks.push({ conditional, sees: dimension, how: 'gradient' })
    })
  }
  return leaks
}

/** d(weighted sum of the parameters of one conditional) / dx, [D]. The weights differ, so that no sum over a softmax cancels. */
export function conditionalGradient(model: Model, parameters: Parameters, x: Float32Array, conditional: number): Float32Array {
  const P = model.distribution.parametersPerDimension
  return tf.tidy(() => {
    const weights = tf.reshape(tf.range(1, P + 1, 1, 'float32'), [1, 1, P])
    const gradient = tf.grad((input) =>
      tf.sum(tf.mul(tf.slice(model.conditionals(parameters, input), [0, conditional, 0], [1, 1, P]), weights)),
    )
    return gradient(inputOf(x)).dataSync() as Float32Array
  })
}
