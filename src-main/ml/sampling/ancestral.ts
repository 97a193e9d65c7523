import { levelArray, PCM_LEVELS } from '../../contract/levels'
import type { LevelArray } from '../../contract/levels'
import type { SamplingPlan } from '../kernels/operations'
import { steppedSampler } from '../kernels/steppedSampler'
import type { CachedSampler, Model, Parameters, Weights } from '../models/model'
import { levelOf, meanLevelOf } from '../distributions/distribution'
import { conditionOfWindow, conditionTensor, windowStart } from '../evaluation/condition'
import { parameterOf } from '../models/parameterOf'
import { numbersOf } from '../tensor/numbersOf'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'
import { drawWithKernels, drawsInside } from './kernelSampler'
import type { OnDrawn } from './kernelSampler'
import { checkedCondition, conditionOf } from './condition'
import { latentNoise } from './latents'

export interface DrawOptions {
  model: Model
  parameters: Parameters
  count: number
  seed: number
  /** Samples first … first + count − 1 of those that the seed gives; from 0 when absent. Any of them can so be drawn by itself. */
  first?: number
  /** Logits are divided by it; 1 = the model itself, 0 = the most probable value every time. */
  temperature?: number
  /** Time steps of each sample; time series only. */
  length?: number | null
  /** What each sample is conditioned on: class indices [count], vectors [count × size], or frames of features [count × F × size]. Conditioned models need it. */
  condition?: Float32Array
  /** count × D: a level that is taken instead of a draw, −1 where one is drawn. What is given is not counted in `logProb`. */
  given?: Int32Array
  /** A whole forward pass for every dimension: the reference that the cached samplers are tested against. */
  naive?: boolean
  /** false: cached samplers in JavaScript even where the kernels could draw. */
  kernels?: boolean
  /** Threads of the kernels; all cores when absent. The result does not depend on it. */
  threads?: number
  /** Samples drawn together; the result does not depend on it. */
  batchSize?: number
  signal?: AbortSignal
  /** Dimensions done of count × D. */
  onProgress?(done: number, total: number): void
  /** Time series only: hears of samples while they grow. */
  onDrawn?: OnDrawn
}

export interface DrawnSamples {
  /** count × D levels. */
  levels: LevelArray
  /** count × D real values that were drawn, in units of a level, where the conditionals are densities; the levels are their cells. */
  values?: Float32Array<ArrayBuffer>
  /** count × D mean intensities 0…255 of the conditionals along the sampled path; null for time series. */
  means: Uint8Array<ArrayBuffer> | null
  /**
   * log p(x) of each sample in nats, under the model itself whatever the temperature; of what was drawn, where some of it was given. Of a model with
   * latents log p(x | z), given the latents that were drawn with it: no log-likelihood.
   */
  logProb: number[]
  method: 'cached' | 'naive' | 'direct'
}

/**
 * Ancestral sampling: x_i ~ p(x_i | x_<i) in the order of the chain rule, by the inverse distribution function. The random number of
 * (seed, sample, step) is always the same, so a sample depends neither on the batch it is drawn in nor on the method.
 */
export async function drawSamples(options: DrawOptions): Promise<DrawnSamples> {
  const { model, count, temperature = 1, signal } = options
  const { distribution, ordering } = model
  if (distribution.levels > PCM_LEVELS)
    throw new Error(`Samples have at most ${PCM_LEVELS} levels, as 16-bit audio; this model has ${distribution.levels}.`)
  const steps = ordering ? ordering.length : options.length
  if (!steps) throw new Error('This model generates time series: say how many samples long each one shall be.')
  checkedCondition(model, { count, steps }, options.condition)
  checkedGiven(distribution.levels, count * steps, options.given)
  signal?.throwIfAborted()
  const latents = latentNoise(options, steps)
  if (options.naive) return drawStepwise({ ...options, latents }, steps, 'naive', (batch, condition, noise) => naiveSampler(options, batch, steps, condition, noise))

  const { weights, plan } = await prepared(options, steps)
  if (plan && drawsInside(plan, { temperature: options.temperature ?? 1, means: ordering !== null })) {
    const { seed, first, threads, onProgress } = options
    const condition = options.condition ?? latents ?? null
    const lanes = options.batchSize === 1 ? 1 : undefined
    const drawn = await drawWithKernels({
      ...{ plan, count, first, steps, seed, temperature, ordering, means: ordering !== null, condition },
      ...{ lanes, threads, signal, onProgress },
      ...(options.onDrawn && !ordering ? { onDrawn: options.onDrawn } : {}),
      ...(options.given ? { given: options.given, countGiven: false } : {}),
    })
    return { ...drawn, method: 'cached' }
  }
  if (plan) return drawStepwise({ ...options, latents }, steps, 'cached', (batch, condition, noise) => steppedSampler(plan, batch, steps, condition ?? noise))
  const stepwise = (options.kernels === false ? undefined : model.kernelSampler) ?? model.sampler
  if (stepwise) return drawStepwise({ ...options, latents }, steps, 'cached', (batch, condition, noise) => stepwise(weights, batch, condition ?? noise))
  return drawStepwise({ ...options, latents }, steps, 'naive', (batch, condition, noise) => naiveSampler(options, batch, steps, condition, noise))
}

interface PreparedSampling {
  model: Model
  steps: number
  weights: Weights
  plan: SamplingPlan | null
}

/** What was last prepared for a set of parameters: packing the weights of a small model takes as long as drawing from it. */
const lastPrepared = new WeakMap<Parameters, PreparedSampling>()

async function prepared({ model, parameters, kernels }: DrawOptions, steps: number): Promise<PreparedSampling> {
  if (kernels === false) return { model, steps, weights: model.sampler ? await weightsOf({ model, parameters }) : new Map(), plan: null }
  const known = lastPrepared.get(parameters)
  if (known && known.model === model && known.steps === steps) return known
  const weights = model.samplingPlan || model.sampler ? await weightsOf({ model, parameters }) : new Map()
  const sampling = { model, steps, weights, plan: model.samplingPlan?.(weights, steps) ?? null }
  // Variables may be assigned to; tensors never change.
  if (!Object.values(parameters).some((tensor) => tensor instanceof tf.Variable)) lastPrepared.set(parameters, sampling)
  return sampling
}

function checkedGiven(levels: number, size: number, given?: Int32Array): void {
  if (!given) return
  if (given.length !== size) throw new Error(`${given.length} given values do not fit ${size} dimensions of all samples.`)
  const wrong = given.find((level) => level >= levels)
  if (wrong !== undefined) throw new Error(`A given value is ${wrong}, but the model has the levels 0 to ${levels - 1}.`)
}

/** Draws in JavaScript from the logits that a sampler gives for each step. */
async function drawStepwise(
  { model, count, seed, first = 0, temperature = 1, signal, given, latents, ...options }: DrawOptions & { latents: Float32Array | undefined },
  dimensions: number,
  how: 'cached' | 'naive',
  samplerOf: (batch: number, condition?: Float32Array, latents?: Float32Array) => CachedSampler,
): Promise<DrawnSamples> {
  const { distribution, ordering } = model
  const P = distribution.parametersPerDimension
  const batchSize = Math.min(count, options.batchSize ?? 32)
  const Levels = levelArray(distribution.levels)
  const levels = new Levels(count * dimensions)
  const real = distribution.kind === 'density' ? new Float32Array(count * dimensions) : null
  const means = ordering ? new Uint8Array(count * dimensions) : null
  const logProb = new Array<number>(count).fill(0)
  let method: DrawnSamples['method'] = how
  let rested = performance.now()

  for (let start = 0; start < count; start += batchSize) {
    const batch = Math.min(batchSize, count - start)
    const size = latents ? latents.length / count : 0
    const sampler = samplerOf(batch, conditionOf(model, options.condition, { start, batch, steps: dimensions }), latents?.subarray(start * size, (start + batch) * size))
    if (sampler.direct) method = 'direct'
    const streams = Array.from({ length: batch }, (_value, sample) => randomStream(seed, 'sample', first + start + sample))
    const noise = given && real ? Array.from({ length: batch }, (_value, sample) => randomStream(seed, 'given', first + start + sample)) : null
    const values = new Float32Array(batch)
    let heard = 0
    const tell = (steps: number): void => {
      if (ordering || !options.onDrawn) return
      for (let sample = start; sample < start + batch; sample++) options.onDrawn(sample, heard, levels.slice(sample * dimensions + heard, sample * dimensions + steps))
      heard = steps
    }
    for (let step = 0; step < dimensions; step++) {
      signal?.throwIfAborted()
      const logits = sampler.logits(step)
      const dimension = ordering ? ordering[step]! : step
      for (let sample = 0; sample < batch; sample++) {
        const at = (start + sample) * dimensions + dimension
        // Drawn in any case, so that the random number of a step is the same whatever is given.
        const u = streams[sample]!.uniform()
        const forced = given ? given[at]! : -1
        // A density takes a value from within the cell of a level that is given.
        const value = forced < 0 ? distribution.sampleAt(logits, sample * P, u, temperature) : forced + (noise ? noise[sample]!.uniform() : 0)
        values[sample] = value
        levels[at] = levelOf(distribution, value)
        if (real) real[at] = value
        if (forced < 0) logProb[start + sample] = logProb[start + sample]! + distribution.logProbAt(logits, sample * P, value)
        if (means) means[at] = Math.round((255 * meanLevelOf(distribution, distribution.meanAt(logits, sample * P))) / (distribution.levels - 1))
      }
      sampler.accept(step, values)
      // The event loop must turn, so that a cancel or a heartbeat gets through.
      if (performance.now() - rested > 25) {
        options.onProgress?.(start * dimensions + (step + 1) * batch, count * dimensions)
        tell(step + 1)
        await new Promise((resolve) => setImmediate(resolve))
        rested = performance.now()
      }
    }
    tell(dimensions)
  }
  signal?.throwIfAborted()
  options.onProgress?.(count * dimensions, count * dimensions)
  return { levels, ...(real ? { values: real } : {}), means, logProb, method }
}

/** Copies of the weights in their canonical layout. */
export async function weightsOf({ model, parameters }: Pick<DrawOptions, 'model' | 'parameters'>): Promise<Weights> {
  const entries = model.parameters.map(async ({ name, shape }) => {
    const data = await parameterOf(parameters, name).data()
    return [name, { shape, data: (data as Float32Array).slice() }] as const
  })
  return new Map(await Promise.all(entries))
}

/** A whole forward pass for each dimension; time series: over the receptive field before it. */
export function naiveSampler(
  { model, parameters }: Pick<DrawOptions, 'model' | 'parameters'>,
  batch: number,
  dimensions: number,
  condition?: Float32Array,
  latents?: Float32Array,
): CachedSampler {
  const x = new Float32Array(batch * dimensions)
  const { ordering } = model
  /** Of the latents of so many steps, [B, size]; whole rows hold those of all steps. */
  const noiseOf = (steps: number): tf.Tensor | undefined =>
    latents && tf.slice(tf.tensor2d(latents, [batch, latents.length / batch]), [0, 0], [batch, model.latents!.size(steps)])
  return {
    logits(step) {
      const dimension = ordering ? ordering[step]! : step
      // A time step sees `receptiveField` samples back and nothing of what follows.
      const from = ordering || latents || model.receptiveField === undefined ? 0 : windowStart(model, Math.max(0, step - model.receptiveField))
      const until = ordering ? dimensions : step + 1
      return numbersOf(() => {
        const window = tf.slice(tf.tensor2d(x, [batch, dimensions]), [0, from], [batch, until - from])
        const given = conditionOfWindow(model, condition, { rows: batch, steps: dimensions, from, until })
        const conditionals = model.conditionals(parameters, window, conditionTensor(model, given, batch, until - from), noiseOf(until))
        return tf.slice(conditionals, [0, dimension - from, 0], [batch, 1, -1])
      })
    },
    accept(step, values) {
      const dimension = ordering ? ordering[step]! : step
      for (let sample = 0; sample < batch; sample++) x[sample * dimensions + dimension] = values[sample]!
    },
  }
}
