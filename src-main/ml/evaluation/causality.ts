import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { ranksOf } from '../../contract/inspect/orderings'
import { conditionNumbers } from '../models/conditionNumbers'
import type { Model, Parameters } from '../models/model'
import { numbersOf } from '../tensor/numbersOf'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { conditionTensor } from './condition'
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

/** The weights of the proof are too large for this model. */
export class NotFiniteError extends Error {
  override readonly name = 'NotFiniteError'
}

export interface CausalityOptions {
  seed?: number
  /** At most this many dimensions are perturbed, spread evenly from a random start; all when there are fewer. */
  perturbations?: number
  gradients?: number
  /** Time steps looked at; time series only. */
  length?: number
  /** Rows of one batch of conditionals, at most; 64 when absent. */
  rows?: number
  /** Stops after this many seconds, with what has been looked at by then: at least one batch. Positions are then taken in random order. */
  seconds?: number
}

/**
 * The numerical proof on the built model: changing x_j must change no conditional i ≤ j of the ordering, and the gradient of the
 * conditionals up to i with respect to x_j, j ≥ i, must be exactly 0. `parameters` should be far from 0 and from symmetric, else a leak can hide.
 */
export function checkCausality(model: Model, parameters: Parameters, domain: Domain, options: CausalityOptions = {}): CausalityReport {
  const { seed = 0, perturbations = 128, gradients = 16, rows = 64, seconds = Infinity } = options
  const deadline = performance.now() + 1000 * seconds
  const subject = subjectOf(model, parameters, seed)
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

  const mixed = (positions: number[]): number[] => (seconds === Infinity ? positions : Array.from(random.permutation(positions.length), (at) => positions[at]!))

  const draw = (bound: number): number => random.integer(bound)
  const { leaks, influential, perturbed } = byPerturbation(subject, { base, ranks, changed: mixed(spread(perturbations)), levels: domain.levels, draw, rows, deadline })
  const conditionals = mixed(spread(gradients))
  const inTime = performance.now() < deadline && conditionals.length > 0
  const differentiated = inTime && dependsSmoothly(subject, base) ? byGradient(subject, base, ranks, conditionals, deadline) : { leaks: [], count: 0 }
  return { leaks: [...leaks, ...differentiated.leaks], perturbed, differentiated: differentiated.count, dimensions, influential }
}

/** The conditionals under given parameters and, where the model has a condition, under one that is the same for every row. */
interface Subject {
  parametersPerDimension: number
  conditionals(x: tf.Tensor2D): tf.Tensor
}

function subjectOf(model: Model, parameters: Parameters, seed: number): Subject {
  const { conditioning } = model
  const one = (steps: number): number[] => {
    const random = randomStream(seed, 'causality/condition')
    if (!conditioning) return []
    return conditioning.kind === 'class' ? [random.integer(conditioning.classes)] : Array.from({ length: conditionNumbers(conditioning, steps) }, () => random.normal())
  }
  return {
    parametersPerDimension: model.distribution.parametersPerDimension,
    conditionals(x) {
      const [rows, steps] = x.shape
      const own = one(steps)
      const condition = conditionTensor(model, Float32Array.from({ length: rows * own.length }, (_value, index) => own[index % own.length]!), rows, steps)
      return model.conditionals(parameters, x, condition)
    },
  }
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
  rows: number
  /** By performance.now(). */
  deadline: number
}

/** Numbers that one batch of conditionals may hold. */
const MOST_OUTPUTS = 4e6

function byPerturbation(
  subject: Subject,
  { base, ranks, changed, levels, draw, rows: most, deadline }: Perturbation,
): { leaks: CausalityLeak[]; influential: number; perturbed: number } {
  const dimensions = base.length
  const chunk = Math.max(1, Math.min(most, Math.floor(MOST_OUTPUTS / (dimensions * subject.parametersPerDimension))))
  const leaks: CausalityLeak[] = []
  let influential = 0
  let perturbed = 0
  for (let start = 0; start < changed.length && (start === 0 || performance.now() < deadline); start += chunk) {
    const targets = changed.slice(start, start + chunk)
    // Row 0 is the example as it is, then one row for each changed dimension, then the example once more.
    const rows = new Float32Array((targets.length + 2) * dimensions)
    for (let row = 0; row < targets.length + 2; row++) rows.set(base, row * dimensions)
    targets.forEach((target, index) => {
      rows[(index + 1) * dimensions + target] = (base[target]! + 1 + draw(levels - 1)) % levels
    })
    const [scale, changes] = changesFromFirstRow(subject, rows, dimensions)
    // Rounding may differ between the rows of a batch, by a few units in the last place of the largest sums; deep nets enlarge that, so
    // the two rows that are alike tell by how much.
    const rounding = changes.subarray((targets.length + 1) * dimensions).reduce((most, value) => Math.max(most, value), 0)
    const tolerance = Math.max(2e-5 * (1 + scale), 20 * rounding)
    targets.forEach((target, index) => {
      let reaches = false
      for (let conditional = 0; conditional < dimensions; conditional++) {
        if (changes[(index + 1) * dimensions + conditional]! <= tolerance) continue
        if (ranks[conditional]! > ranks[target]!) reaches = true
        else leaks.push({ conditional, sees: target, how: 'perturbation' })
      }
      if (reaches) influential++
    })
    perturbed += targets.length
  }
  return { leaks, influential, perturbed }
}

/** The largest absolute parameter, and for each row and dimension by how much its conditional differs from that of row 0. */
function changesFromFirstRow(subject: Subject, rows: Float32Array, dimensions: number): [number, Float32Array] {
  const [scale, changes] = tf.tidy(() => {
    const outputs = subject.conditionals(tf.tensor2d(rows, [rows.length / dimensions, dimensions])) // [R, D, P]
    const first = tf.slice(outputs, [0, 0, 0], [1, -1, -1])
    return [tf.max(tf.abs(outputs)).dataSync()[0]!, tf.max(tf.abs(tf.sub(outputs, first)), 2).dataSync() as Float32Array] as [
      number,
      Float32Array,
    ]
  })
  if (!Number.isFinite(scale)) throw new NotFiniteError('The model gives numbers that are not finite, so its causality cannot be judged.')
  return [scale, changes]
}

const inputOf = (base: Float32Array): tf.Tensor2D => tf.tensor2d(base, [1, base.length])

/** Whether the input reaches the output through differentiable operations. */
function dependsSmoothly(subject: Subject, base: Float32Array): boolean {
  try {
    tf.tidy(() => {
      tf.grad((x) => tf.sum(subject.conditionals(x as tf.Tensor2D)))(inputOf(base))
    })
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('Cannot compute gradient')) return false
    throw error
  }
}

/** Gradients that are not exactly 0 for rounding alone: sums that cancel leave about this share of the largest. */
const ROUNDING = 1e-7

function byGradient(subject: Subject, base: Float32Array, ranks: Int32Array, conditionals: number[], deadline: number): { leaks: CausalityLeak[]; count: number } {
  const leaks: CausalityLeak[] = []
  let count = 0
  for (const conditional of conditionals) {
    if (count > 0 && performance.now() >= deadline) break
    const gradient = gradientOf(subject, base, conditional)
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    gradient.forEach((value, dimension) => {
      if (Math.abs(value) > ROUNDING * largest && ranks[dimension]! >= ranks[conditional]!) leaks.push({ conditional, sees: dimension, how: 'gradient' })
    })
    count++
  }
  return { leaks, count }
}

/** d(weighted sum of the parameters of one conditional) / dx, [D]. The weights differ, so that no sum over a softmax cancels. */
function gradientOf(subject: Subject, x: Float32Array, conditional: number): Float32Array {
  const P = subject.parametersPerDimension
  return numbersOf(() => {
    const weights = tf.reshape(tf.range(1, P + 1, 1, 'float32'), [1, 1, P])
    const gradient = tf.grad((input) =>
      tf.sum(tf.mul(tf.slice(subject.conditionals(input as tf.Tensor2D), [0, conditional, 0], [1, 1, P]), weights)),
    )
    return gradient(inputOf(x))
  })
}
