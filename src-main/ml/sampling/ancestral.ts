import type { CachedSampler, Model, Parameters } from '../models/model'
import { parameterOf } from '../models/parameterOf'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'

export interface DrawOptions {
  model: Model
  parameters: Parameters
  count: number
  seed: number
  /** Logits are divided by it; 1 = the model itself, 0 = the most probable value every time. */
  temperature?: number
  /** Time steps of each sample; time series only. */
  length?: number | null
  /** A whole forward pass for every dimension: the reference that the cached samplers are tested against. */
  naive?: boolean
  /** Samples drawn together; the result does not depend on it. */
  batchSize?: number
  signal?: AbortSignal
  /** Dimensions done of count × D. */
  onProgress?(done: number, total: number): void
}

export interface DrawnSamples {
  /** count × D levels. */
  levels: Uint8Array<ArrayBuffer>
  /** count × D mean intensities 0…255 of the conditionals along the sampled path; null for time series. */
  means: Uint8Array<ArrayBuffer> | null
  /** log p(x) of each sample in nats, under the model itself whatever the temperature. */
  logProb: number[]
  method: 'cached' | 'naive' | 'direct'
}

/**
 * Ancestral sampling: x_i ~ p(x_i | x_<i) in the order of the chain rule, by the inverse distribution function. The random number of
 * (seed, sample, step) is always the same, so a sample depends neither on the batch it is drawn in nor on the method.
 */
export async function drawSamples(options: DrawOptions): Promise<DrawnSamples> {
  const { model, count, seed, temperature = 1, signal } = options
  const { distribution, ordering } = model
  if (distribution.levels > 256)
    throw new Error(`Samples are stored as bytes, so at most 256 levels can be drawn; this model has ${distribution.levels}.`)
  const dimensions = ordering ? ordering.length : options.length
  if (!dimensions) throw new Error('This model generates time series: say how many samples long each one shall be.')
  const P = distribution.parametersPerDimension
  const batchSize = Math.min(count, options.batchSize ?? 32)
  const levels = new Uint8Array(count * dimensions)
  const means = ordering ? new Uint8Array(count * dimensions) : null
  const logProb = new Array<number>(count).fill(0)
  const weights = !options.naive && model.sampler ? await weightsOf(options) : null
  let method: DrawnSamples['method'] = 'naive'
  let rested = performance.now()

  for (let start = 0; start < count; start += batchSize) {
    const batch = Math.min(batchSize, count - start)
    const sampler = weights ? model.sampler!(weights, batch) : naiveSampler(options, batch, dimensions)
    if (weights) method = sampler.direct ? 'direct' : 'cached'
    const streams = Array.from({ length: batch }, (_value, sample) => randomStream(seed, 'sample', start + sample))
    const values = new Float32Array(batch)
    for (let step = 0; step < dimensions; step++) {
      signal?.throwIfAborted()
      const logits = sampler.logits(step)
      const dimension = ordering ? ordering[step]! : step
      for (let sample = 0; sample < batch; sample++) {
        const value = distribution.sampleAt(logits, sample * P, streams[sample]!.uniform(), temperature)
        const at = (start + sample) * dimensions + dimension
        values[sample] = value
        levels[at] = value
        logProb[start + sample] = logProb[start + sample]! + distribution.logProbAt(logits, sample * P, value)
        if (means) means[at] = Math.round((255 * distribution.meanAt(logits, sample * P)) / (distribution.levels - 1))
      }
      sampler.accept(step, values)
      // The event loop must turn, so that a cancel or a heartbeat gets through.
      if (performance.now() - rested > 25) {
        options.onProgress?.(start * dimensions + (step + 1) * batch, count * dimensions)
        await new Promise((resolve) => setImmediate(resolve))
        rested = performance.now()
      }
    }
  }
  signal?.throwIfAborted()
  options.onProgress?.(count * dimensions, count * dimensions)
  return { levels, means, logProb, method }
}

/** Copies of the weights in their canonical layout. */
async function weightsOf({ model, parameters }: DrawOptions): Promise<Map<string, { shape: number[]; data: Float32Array }>> {
  const entries = model.parameters.map(async ({ name, shape }) => {
    const data = await parameterOf(parameters, name).data()
    return [name, { shape, data: Float32Array.from(data) }] as const
  })
  return new Map(await Promise.all(entries))
}

/** A whole forward pass for each dimension; time series: over the receptive field before it. */
export function naiveSampler(
  { model, parameters }: Pick<DrawOptions, 'model' | 'parameters'>,
  batch: number,
  dimensions: number,
): CachedSampler {
  const x = new Float32Array(batch * dimensions)
  const { ordering } = model
  return {
    logits(step) {
      const dimension = ordering ? ordering[step]! : step
      // A time step sees `receptiveField` samples back and nothing of what follows.
      const from = ordering || model.receptiveField === undefined ? 0 : Math.max(0, step - model.receptiveField)
      const until = ordering ? dimensions : step + 1
      return tf.tidy(() => {
        const window = tf.slice(tf.tensor2d(x, [batch, dimensions]), [0, from], [batch, until - from])
        const conditionals = model.conditionals(parameters, window)
        return tf.slice(conditionals, [0, dimension - from, 0], [batch, 1, -1]).dataSync() as Float32Array
      })
    },
    accept(step, values) {
      const dimension = ordering ? ordering[step]! : step
      for (let sample = 0; sample < batch; sample++) x[sample * dimensions + dimension] = values[sample]!
    },
  }
}
