import type { Model, Parameters } from '../models/model'
import { createNoise } from '../tensor/noise'
import { numbersOf } from '../tensor/numbersOf'
import { randomStream } from '../tensor/random'
import { tf } from '../tensor/tf'

interface LatentNoiseOptions {
  model: Model
  parameters: Parameters
  count: number
  seed: number
  first?: number
  /** count × D: a level that is given instead of a draw, −1 where there is none. */
  given?: Int32Array
}

/**
 * ε of the latents, count × latents.size(steps), standard normal: of sample i the stream (seed, 'latents', first + i). Where a sample begins with whole
 * frames that are given, their latents are drawn from the inference net q(z | x) instead, as nearly as it knows what they would have been.
 * undefined for models without latents.
 */
export function latentNoise({ model, parameters, count, seed, first = 0, given }: LatentNoiseOptions, steps: number): Float32Array | undefined {
  const { latents, ordering } = model
  if (!latents) return undefined
  const size = latents.size(steps)
  const noise = new Float32Array(count * size)
  for (let sample = 0; sample < count; sample++) {
    const own = noise.subarray(sample * size, (sample + 1) * size)
    randomStream(seed, 'latents', first + sample).fillNormal(own)
    if (!given || !model.inferLatents) continue
    const levels = given.subarray(sample * steps, (sample + 1) * steps)
    const known = Math.floor(givenSteps(levels, ordering) / latents.frame) * latents.frame
    if (known === 0) continue
    // Examples of one shape are taken whole: the unknown is later than the latents that are kept.
    const x = Float32Array.from(ordering ? levels : levels.subarray(0, known), (level) => Math.max(0, level))
    const inferred = numbersOf(() => model.inferLatents!(parameters, tf.tensor2d(x, [1, x.length]), createNoise(seed, 'inferred latents', first + sample)))
    own.set(inferred.subarray(0, latents.size(known)))
  }
  return noise
}

/** Steps from the start that are given. */
function givenSteps(levels: Int32Array, ordering: Int32Array | null): number {
  let step = 0
  while (step < levels.length && levels[ordering ? ordering[step]! : step]! >= 0) step++
  return step
}
