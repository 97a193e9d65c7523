import type { BlockLayout } from '../../contract/inspect/blocks/inspectBlocks'
import type { BlockContext } from '../../contract/inspect/blocks/stream'
import type { IncrementalInputs } from '../layers/incremental'
import type { Layer } from '../layers/layer'
import type { CachedSampler } from './model'

interface BlockSamplerOptions {
  layout: BlockLayout
  layers: ReadonlyArray<{ name: string; layer: Layer }>
  context: BlockContext
  weights: ReadonlyMap<string, { shape: number[]; data: Float32Array }>
  batch: number
  inputs?: IncrementalInputs
}

/**
 * Runs a list of blocks one position at a time: each step computes every layer at the new position only, from what the layers kept of
 * earlier ones. A pixel of several channels is computed anew for each channel, as later channel groups see earlier ones.
 */
export function blockSampler({ layout, layers, context, weights, batch, inputs: given = {} }: BlockSamplerOptions): CachedSampler {
  const { groups } = layout === 'image' ? context.grid : { groups: 1 }
  const pixels = context.grid.height * context.grid.width
  const image = layout === 'image' ? new Float32Array(batch * pixels * (groups + 1)).fill(1) : null
  const steps = layers.flatMap(({ name, layer }) => {
    if (!layer.incremental) return []
    const weight = (parameter: string): Float32Array => {
      const found = weights.get(`${name}.${parameter}`)
      if (!found) throw new Error(`The weights lack the tensor '${name}.${parameter}'.`)
      return found.data
    }
    const incremental = layer.incremental(weight, batch, { ...given, ...(image ? { image } : {}) })
    return [{ incremental, output: new Float32Array(incremental.outputs) }]
  })
  // Images: the pixel's channels in −1…1 and a one. Sequences: the level before.
  const inputs = layout === 'image' ? groups + 1 : 1
  const features = new Float32Array(batch * inputs).fill(layout === 'image' ? 1 : -1)
  const input = new Float32Array(inputs)
  const skip = new Float32Array(Math.max(1, ...layers.map(({ layer }) => layer.skipChannels ?? 0)))
  const { parametersPerDimension, levels } = context
  const out = new Float32Array(batch * parametersPerDimension)
  const first = steps[0]!.incremental
  const stacked = steps.some(({ incremental }) => incremental.row)
  const noRow = new Float32Array(0)
  /** The vertical stack's row, layer by layer. */
  const startRow = (sample: number, row: number): void => {
    if (!stacked) return
    let below: Float32Array = noRow
    for (const { incremental } of steps) below = incremental.row?.(sample, row, below) ?? below
  }
  return {
    logits(step) {
      const position = Math.floor(step / groups)
      const channel = step - position * groups
      for (let sample = 0; sample < batch; sample++) {
        if (channel === 0 && position % context.grid.width === 0) startRow(sample, position / context.grid.width)
        input.set(features.subarray(sample * inputs, (sample + 1) * inputs))
        skip.fill(0)
        let current = input
        for (const { incremental, output } of steps) {
          incremental.store?.(sample, position, current)
          incremental.compute(sample, position, current, output, skip)
          current = output
        }
        out.set(current.subarray(channel * parametersPerDimension, (channel + 1) * parametersPerDimension), sample * parametersPerDimension)
      }
      return out
    },
    accept(step, values) {
      const position = Math.floor(step / groups)
      const channel = step - position * groups
      for (let sample = 0; sample < batch; sample++) {
        if (layout === 'sequence') {
          features[sample] = values[sample]!
          continue
        }
        features[sample * inputs + channel] = (2 / (levels - 1)) * values[sample]! - 1
        // The first layer reads the data itself: what it keeps of this pixel must hold the value just drawn.
        if (channel === groups - 1) {
          input.set(features.subarray(sample * inputs, (sample + 1) * inputs))
          image!.set(input, (sample * pixels + position) * inputs)
          first.store?.(sample, position, input)
        }
      }
    },
  }
}
