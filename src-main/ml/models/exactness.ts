import type { Domain } from '../../contract/domain'
import { END } from '../../contract/text'
import { dimensionsOf } from '../../contract/domain'
import { checkCausality } from '../evaluation/causality'
import { farFromUniform } from '../evaluation/probeWeights'
import { drawSamples } from '../sampling/ancestral'
import { steppedSampler } from '../kernels/steppedSampler'
import { sumAll } from '../tensor/ops'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { agreement } from './chiSquare'
import type { CachedSampler, Model, Parameters } from './model'
import { repeatedLoss } from './repeatedLoss'

/**
 * What must hold for every family, as checks that throw a sentence when they fail.
 * They run on tiny domains, where everything can be counted.
 */
export interface Subject {
  model: Model
  domain: Domain
  parameters: Parameters
}

/** Every x of the domain, K^D × D. */
export function everyExample({ levels, shape }: Pick<Domain, 'levels' | 'shape'>): Float32Array {
  const dimensions = dimensionsOf({ shape })
  const states = levels ** dimensions
  if (states > 20_000) throw new Error(`${states} states are too many to enumerate`)
  const all = new Float32Array(states * dimensions)
  for (let state = 0; state < states; state++) {
    let rest = state
    for (let dimension = dimensions - 1; dimension >= 0; dimension--) {
      all[state * dimensions + dimension] = rest % levels
      rest = Math.floor(rest / levels)
    }
  }
  return all
}

/** log p(x) of each row in nats: the sum of the conditionals' log-probabilities. */
export function logProbOf({ model, domain, parameters }: Subject, rows: Float32Array): Float32Array {
  const dimensions = dimensionsOf(domain)
  return tf.tidy(() => {
    const x = tf.tensor2d(rows, [rows.length / dimensions, dimensions])
    const perDimension = model.logProbPerDimension?.(parameters, x) ?? model.distribution.logProb(model.conditionals(parameters, x), x)
    return tf.sum(perDimension, 1).dataSync() as Float32Array
  })
}

/** A grid of intervals: fine around the range of real values and aligned with the cells of levels, wider and wider beyond. */
function grid(levels: number): { middles: Float32Array; widths: Float32Array } {
  const [fine, margin, growth, furthest] = [1 / 32, 5, 1.03, 800]
  const tail: number[] = []
  for (let reached = 0, width = fine; reached < furthest; width *= growth) {
    tail.push(width)
    reached += width
  }
  const widths = [...tail.toReversed(), ...new Array<number>((levels + 2 * margin) / fine).fill(fine), ...tail]
  let edge = -margin - tail.reduce((sum, width) => sum + width, 0)
  const middles = widths.map((width) => {
    edge += width
    return edge - width / 2
  })
  return { middles: Float32Array.from(middles), widths: Float32Array.from(widths) }
}

/** Values of the first dimension whose whole rows are evaluated together. */
const ROWS_TOGETHER = 32

/**
 * A model of real values: the probabilities of the cells of all levels [K^D], the outer ones reaching to infinity, by the integral of its
 * density over a grid. Two dimensions at most.
 */
function cellProbabilities({ model, domain, parameters }: Subject): Float32Array {
  const { levels } = domain
  const dimensions = dimensionsOf(domain)
  if (dimensions > 2) throw new Error('Densities are integrated in one or two dimensions')
  const { middles: places, widths } = grid(levels)
  const cellOf = (place: number): number => Math.min(levels - 1, Math.max(0, Math.floor(place)))
  const cells = new Float64Array(levels ** dimensions)
  const firsts = dimensions === 1 ? Float32Array.of(0) : places
  for (let from = 0; from < firsts.length; from += ROWS_TOGETHER) {
    const chunk = firsts.subarray(from, from + ROWS_TOGETHER)
    const rows = new Float32Array(chunk.length * places.length * dimensions)
    chunk.forEach((first, row) =>
      places.forEach((last, index) => {
        const at = (row * places.length + index) * dimensions
        if (dimensions === 2) rows[at] = first
        rows[at + dimensions - 1] = last
      }),
    )
    logProbOf({ model, domain, parameters }, rows).forEach((value, index) => {
      const [row, column] = [from + Math.floor(index / places.length), index % places.length]
      const cell = (dimensions === 1 ? 0 : cellOf(firsts[row]!) * levels) + cellOf(places[column]!)
      cells[cell] = cells[cell]! + Math.exp(value) * widths[column]! * (dimensions === 1 ? 1 : widths[row]!)
    })
  }
  return Float32Array.from(cells)
}

const known = new WeakMap<Subject, Float32Array>()

/** Exact probabilities of every state of a tiny domain. */
function stateProbabilities(subject: Subject): Float32Array {
  const kept = known.get(subject)
  if (kept) return kept
  const density = subject.model.distribution.kind === 'density'
  const probabilities = density ? cellProbabilities(subject) : logProbOf(subject, everyExample(subject.domain)).map(Math.exp)
  if (density) known.set(subject, probabilities)
  return probabilities
}

/** What is scored of pairs is the target alone: with the sources, which are uniform, they have a density as all others. */
export function ofWholeExamples(model: Model, domain: Pick<Domain, 'text'>): Model {
  if (domain.text?.source === undefined) return model
  const { logProbPerDimension: _ofTargets, ...joint } = model
  return joint
}

/** 1. The probabilities of all examples sum to 1 within 1e-4, and are far from uniform (else nothing is proven). */
export function checkNormalised(subject: Subject): number {
  const probabilities = stateProbabilities(subject)
  let total = 0
  let entropy = 0
  for (const value of probabilities) {
    total += value
    if (value > 0) entropy -= value * Math.log(value)
  }
  if (!(Math.abs(total - 1) <= 1e-4)) throw new Error(`The probabilities of all ${probabilities.length} examples sum to ${total}, not 1`)
  if (entropy > 0.985 * Math.log(probabilities.length))
    throw new Error(
      `The weights are too close to uniform (entropy ${entropy.toFixed(3)} of ${Math.log(probabilities.length).toFixed(3)} nats) to prove much`,
    )
  return total
}

/**
 * 2. Changing x_j changes no conditional i ≤ j, for every j, and the gradient there is exactly 0; it does change later ones, unless all
 * are independent.
 */
export function checkAutoregressive({ model, domain, parameters }: Subject, { independent = false, seeds = 3 } = {}): void {
  const all = dimensionsOf(domain)
  let mostInfluential = 0
  for (let seed = 0; seed < seeds; seed++) {
    const { leaks, influential } = checkCausality(model, parameters, domain, { seed, perturbations: all, gradients: all, length: all })
    const [leak] = leaks
    if (leak)
      throw new Error(
        `The conditional of dimension ${leak.conditional} sees dimension ${leak.sees} (by ${leak.how}); ${leaks.length} leaks in all`,
      )
    mostInfluential = Math.max(mostInfluential, influential)
  }
  if (!independent && mostInfluential < 0.6 * (all - 1))
    throw new Error(
      `Only ${mostInfluential} of ${all} dimensions change a later conditional, so nothing is proven: the weights let too little through`,
    )
}

/** 3. 20,000 ancestral samples agree with the exact probabilities: χ² at 1e-3. Answers the p-value. */
export async function checkSamples(subject: Subject, { seed = 1, naive = false, count = 20_000 } = {}): Promise<number> {
  const { model, domain, parameters } = subject
  const dimensions = dimensionsOf(domain)
  const exact = stateProbabilities(subject)
  const { levels } = await drawSamples({ model, parameters, count, seed, naive, length: dimensions, batchSize: 4000 })
  const observed = new Float64Array(exact.length)
  for (let sample = 0; sample < count; sample++) {
    let state = 0
    for (let dimension = 0; dimension < dimensions; dimension++) state = state * domain.levels + levels[sample * dimensions + dimension]!
    observed[state] = observed[state]! + 1
  }
  const probability = agreement(exact, observed)
  if (!(probability > 1e-3)) throw new Error(`Samples disagree with the density: χ² as large as theirs has p = ${probability}`)
  return probability
}

/**
 * 4. The cached samplers, in JavaScript and in the kernels (alone and eight side by side), are the naive one: teacher-forced logits within
 * 1e-4, and the same samples save at ties closer than 1e-5.
 */
export async function checkCachedSampler(subject: Subject, count = 24): Promise<number> {
  const { model, domain, parameters } = subject
  const dimensions = dimensionsOf(domain)
  const request = { model, parameters, count, seed: 5, length: dimensions }
  const naive = await drawSamples({ ...request, naive: true })
  // Real values are what later conditionals see, where there are any.
  const x = naive.values ?? Float32Array.from(naive.levels)
  const forced = tf.tidy(() => model.conditionals(parameters, tf.tensor2d(x, [count, dimensions])).dataSync() as Float32Array)
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: parameters[name]!.dataSync() as Float32Array }]))
  const plan = model.samplingPlan?.(weights, dimensions)
  const samplers = [
    ...(model.sampler ? [{ how: 'cached', sampler: model.sampler(weights, count) }] : []),
    ...(model.kernelSampler ? [{ how: "kernels'", sampler: model.kernelSampler(weights, count) }] : []),
    ...(plan ? ([1, 8] as const).map((lanes) => ({ how: `kernels' (${lanes} at once)`, sampler: steppedSampler(plan, count, dimensions, null, lanes) })) : []),
  ]
  if (samplers.length === 0) throw new Error('The model has no cached sampler')
  const worst = Math.max(...samplers.map(({ how, sampler }) => worstLogit(subject, { how, sampler, x, forced })))

  for (const kernels of [true, false]) {
    const { values, levels } = await drawSamples({ ...request, kernels, batchSize: 7 })
    compareSamples(subject, { drawn: values ?? levels, x, forced, real: Boolean(naive.values) })
  }
  return worst
}

interface ForcedSampler {
  how: string
  sampler: CachedSampler
  /** Values to be taken in, count × D, and the parameters of their conditionals by a forward pass. */
  x: Float32Array
  forced: Float32Array
}

/** Largest difference of a sampler's logits from the forward pass on the same values. */
function worstLogit({ model, domain }: Subject, { how, sampler, x, forced }: ForcedSampler): number {
  const dimensions = dimensionsOf(domain)
  const P = model.distribution.parametersPerDimension
  const values = new Float32Array(x.length / dimensions)
  let worst = 0
  for (let step = 0; step < dimensions; step++) {
    const dimension = model.ordering ? model.ordering[step]! : step
    const logits = sampler.logits(step)
    for (let sample = 0; sample < values.length; sample++) {
      for (let parameter = 0; parameter < P; parameter++) {
        const difference = Math.abs(logits[sample * P + parameter]! - forced[(sample * dimensions + dimension) * P + parameter]!)
        // NaN counts as far away.
        if (!(difference <= worst)) worst = difference >= 0 ? difference : Infinity
      }
      values[sample] = x[sample * dimensions + dimension]!
    }
    if (!(worst <= 1e-4)) throw new Error(`At step ${step} the ${how} sampler's logits are ${worst} away from the forward pass`)
    sampler.accept(step, values)
  }
  return worst
}

interface DrawnTwice {
  drawn: ArrayLike<number>
  x: Float32Array
  forced: Float32Array
  real: boolean
}

/** The same samples save at ties, after which two samplers go separate ways. */
function compareSamples({ model, domain }: Subject, { drawn, x, forced, real }: DrawnTwice): void {
  const dimensions = dimensionsOf(domain)
  const P = model.distribution.parametersPerDimension
  for (let sample = 0; sample < x.length / dimensions; sample++) {
    const uniforms = randomStream(5, 'sample', sample)
    for (let step = 0; step < dimensions; step++) {
      const dimension = model.ordering ? model.ordering[step]! : step
      const u = uniforms.uniform()
      const at = sample * dimensions + dimension
      if (Math.abs(drawn[at]! - x[at]!) <= (real ? 1e-3 * (1 + Math.abs(x[at]!)) : 0)) continue
      const near = [-1e-5, 1e-5].map((shift) => model.distribution.sampleAt(forced, at * P, Math.min(1 - 1e-12, Math.max(0, u + shift)), 1))
      if (Math.abs(near[0]! - near[1]!) <= (real ? 1e-2 : 0))
        throw new Error(`Sample ${sample} differs at dimension ${dimension}: ${drawn[at]} cached, ${x[at]} naive, and it is no tie`)
      break
    }
  }
}

/** Targets of pairs without anything after their end, which has the probability 0: an infinite loss has no gradient. */
function possible(x: Float32Array, domain: Domain): Float32Array {
  const [size, sources] = [dimensionsOf(domain), domain.text?.source]
  if (sources === undefined) return x
  for (let row = 0; row < x.length; row += size) {
    const end = x.subarray(row + sources, row + size).indexOf(END)
    if (end >= 0) x.fill(END, row + sources + end, row + size)
  }
  return x
}

/** 5. Gradients of the mean NLL against finite differences, for each weight tensor, along its gradient and along a random direction. */
export function checkGradients({ model, domain, parameters }: Subject, seed = 3): number {
  const dimensions = dimensionsOf(domain)
  const batch = 12
  const random = randomStream(seed, 'gradients')
  const x = tf.tensor2d(
    possible(Float32Array.from({ length: batch * dimensions }, () => random.integer(domain.levels)), domain),
    [batch, dimensions],
  )
  const names = model.parameters.flatMap(({ name, structure }) => (structure ? [] : [name]))
  const loss = (named: Parameters): tf.Scalar => tf.div(tf.neg(sumAll(model.distribution.logProb(model.conditionals(named, x), x))), batch)
  const named = (tensors: tf.Tensor[]): Parameters => ({ ...parameters, ...Object.fromEntries(names.map((name, index) => [name, tensors[index]!])) })
  const gradients = tf.tidy(() => tf.grads((...tensors: tf.Tensor[]) => loss(named(tensors)))(names.map((name) => parameters[name]!)))
  const repeated = repeatedLoss(loss, parameters, names)
  let worst = 0
  try {
    names.forEach((name, index) => {
      const gradient = gradients[index]!.dataSync() as Float32Array
      const normOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
      const noise = random.fillNormal(new Float32Array(gradient.length))
      for (const direction of [gradient, noise]) {
        const norm = normOf(direction)
        if (norm === 0) continue
        const unit = direction.map((value) => value / norm)
        const along = unit.reduce((sum, value, at) => sum + value * gradient[at]!, 0)
        const step = 1e-3
        const at = (sign: number): number =>
          tf.tidy(() => {
            const shift = tf.tensor(
              unit.map((value) => sign * step * value),
              gradients[index]!.shape,
            )
            return repeated.under({ [name]: tf.add(parameters[name]!, shift) })
          })
        const measured = (at(1) - at(-1)) / (2 * step)
        const error = Math.abs(measured - along) / (0.02 * Math.max(Math.abs(measured), Math.abs(along)) + 4e-3)
        if (!(error <= 1)) throw new Error(`The gradient of '${name}' is ${along} along a direction where the loss changes by ${measured}`)
        worst = Math.max(worst, error)
      }
    })
  } finally {
    repeated.dispose()
    tf.dispose([x, ...gradients])
  }
  return worst
}

/** 6. Neither a forward nor a backward pass leaves a tensor behind. */
export function checkNoLeakedTensors({ model, domain, parameters }: Subject): void {
  const dimensions = dimensionsOf(domain)
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const x = tf.zeros([3, dimensions])
    const names = model.parameters.flatMap(({ name, structure }) => (structure ? [] : [name]))
    tf.grads((...values: tf.Tensor[]) =>
      sumAll(
        model.distribution.logProb(
          model.conditionals({ ...parameters, ...Object.fromEntries(names.map((name, index) => [name, values[index]!])) }, x),
          x,
        ),
      ),
    )(names.map((name) => parameters[name]!))
    model.distribution.entropy(model.conditionals(parameters, x))
  })
  const left = tf.memory().numTensors - before
  if (left !== 0) throw new Error(`${left} tensors were left behind by a training step`)
}

/** Which dimensions each conditional depends on (row = conditional), measured as the union over several random smooth weights. */
export function measuredDependencies(model: Model, domain: Domain, { weights = 8, seed = 11 } = {}): Uint8Array {
  const D = dimensionsOf(domain)
  const P = model.distribution.parametersPerDimension
  const seen = new Uint8Array(D * D)
  for (let round = 0; round < weights; round++) {
    const parameters = farFromUniform(model, seed + round)
    const random = randomStream(seed + round, 'dependencies')
    const base = Float32Array.from({ length: D }, () => random.integer(domain.levels))
    const rows = new Float32Array((D + 1) * D)
    for (let row = 0; row <= D; row++) rows.set(base, row * D)
    for (let changed = 0; changed < D; changed++)
      rows[(changed + 1) * D + changed] = (base[changed]! + 1 + random.integer(domain.levels - 1)) % domain.levels
    const outputs = tf.tidy(() => model.conditionals(parameters, tf.tensor2d(rows, [D + 1, D])).dataSync() as Float32Array)
    tf.dispose(parameters)
    for (let changed = 0; changed < D; changed++) {
      for (let at = 0; at < D * P; at++) {
        if (Math.abs(outputs[(changed + 1) * D * P + at]! - outputs[at]!) > 2e-5) seen[Math.floor(at / P) * D + changed] = 1
      }
    }
  }
  return seen
}
