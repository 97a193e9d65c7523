import type { Distribution } from '../distributions/distribution'
import { centredAt } from '../distributions/logisticMass'
import { steppedSampler } from '../kernels/steppedSampler'
import { blockPlan } from './blockPlan'
import { blockSampler } from './blockSampler'
import type { CachedSampler, Conditioning, Weights } from './model'
import type { ScaleNet } from './multiscale'
import { contextMapAt } from './multiscaleContext'
import type { ContextShape } from './multiscaleContext'

export interface MultiscaleSamplerOptions {
  coarse: ScaleNet
  fine: ScaleNet
  context: ContextShape
  ordering: Int32Array
  coarseDimensions: number
  levels: number
  channels: number
  conditioning: Conditioning | null
  weights: Weights
  batch: number
  condition: Float32Array | undefined
}

/** A cached sampler of one scale; `map`: features of the small image [batch × H·W·F], of the whole one alone. */
type SamplerOfScale = (net: ScaleNet, map?: Float32Array) => CachedSampler

/** In JavaScript. */
export function multiscaleSampler(options: MultiscaleSamplerOptions): CachedSampler {
  const { weights, batch } = options
  const inputs = options.conditioning ? { condition: conditionVectors(options.conditioning, options.condition, batch) } : {}
  return scaleAfterScale(options, (net, map) =>
    blockSampler({ layout: 'image', layers: net.layers, context: net.context, weights, batch, inputs: { ...inputs, ...(map ? { context: map } : {}) } }),
  )
}

/** By the kernels: a plan for each scale, that of the whole image with the features of the small one behind what it is conditioned on. */
export function multiscaleKernelSampler(options: MultiscaleSamplerOptions & { distribution: Distribution }): CachedSampler {
  const { weights, batch, conditioning, condition, distribution } = options
  if (conditioning && !condition) throw new Error(`The model is conditioned on a ${conditioning.kind}, but none was given.`)
  return scaleAfterScale(options, ({ layers, context }, map) => {
    const steps = context.grid.height * context.grid.width * context.grid.groups
    const contextSize = map ? map.length / batch : 0
    const plan = blockPlan({ layout: 'image', layers, context, distribution, conditioning, weights, steps, contextSize })
    if (!plan) throw new Error('A layer of the multi-scale net does not describe itself to the kernels.')
    return steppedSampler(plan, batch, steps, besideEachOther(batch, [condition ?? new Float32Array(0), map ?? new Float32Array(0)]))
  })
}

/** Rows of several matrices of `batch` rows, joined. */
function besideEachOther(batch: number, matrices: readonly Float32Array[]): Float32Array {
  const sizes = matrices.map(({ length }) => length / batch)
  const whole = new Float32Array(batch * sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  for (let row = 0; row < batch; row++) {
    matrices.forEach((matrix, index) => {
      whole.set(matrix.subarray(row * sizes[index]!, (row + 1) * sizes[index]!), at)
      at += sizes[index]!
    })
  }
  return whole
}

/**
 * One cached sampler after the other: the small image's, then, once it is complete and its context computed, that of the whole image, which
 * is told the small image's pixels as it comes by them.
 */
function scaleAfterScale(options: MultiscaleSamplerOptions, samplerOf: SamplerOfScale): CachedSampler {
  const { coarse, fine, context, ordering, coarseDimensions, levels, channels, weights, batch } = options
  const weightOf = (name: string): Float32Array => {
    const found = weights.get(name)
    if (!found) throw new Error(`The weights lack the tensor '${name}'.`)
    return found.data
  }
  const small = samplerOf(coarse)
  const drawn = new Float32Array(batch * coarseDimensions)
  const known = new Map<number, number>() // dimension of the whole image -> step
  for (let step = 0; step < coarseDimensions; step++) known.set(ordering[step]!, step)
  const values = new Float32Array(batch)
  let whole: CachedSampler | null = null
  let next = 0 // of the whole image's dimensions in raster order

  const contextOfDrawn = (): Float32Array => {
    const size = context.height * context.width * context.factor ** 2 * context.channels
    const map = new Float32Array(batch * size)
    const image = new Float32Array((coarseDimensions / channels) * (channels + 1)).fill(1)
    for (let sample = 0; sample < batch; sample++) {
      for (let at = 0; at < coarseDimensions; at++)
        image[Math.floor(at / channels) * (channels + 1) + (at % channels)] = centredAt(drawn[sample * coarseDimensions + at]!, levels)
      contextMapAt(image, context, weightOf, map, sample * size)
    }
    return map
  }
  return {
    logits(step) {
      if (step < coarseDimensions) return small.logits(step)
      whole ??= samplerOf(fine, contextOfDrawn())
      for (let given = known.get(next); given !== undefined; given = known.get(++next)) {
        whole.logits(next)
        for (let sample = 0; sample < batch; sample++) values[sample] = drawn[sample * coarseDimensions + given]!
        whole.accept(next, values)
      }
      return whole.logits(next)
    },
    accept(step, accepted) {
      if (step < coarseDimensions) {
        small.accept(step, accepted)
        for (let sample = 0; sample < batch; sample++) drawn[sample * coarseDimensions + step] = accepted[sample]!
      } else whole!.accept(next++, accepted)
    },
  }
}

/** Conditions as the gates take them, [batch × S]: classes one-hot. */
function conditionVectors(conditioning: Conditioning, condition: Float32Array | undefined, batch: number): Float32Array {
  if (!condition) throw new Error(`The model is conditioned on a ${conditioning.kind}, but none was given.`)
  if (conditioning.kind !== 'class') return condition
  const vectors = new Float32Array(batch * conditioning.classes)
  for (let sample = 0; sample < batch; sample++) vectors[sample * conditioning.classes + condition[sample]!] = 1
  return vectors
}
