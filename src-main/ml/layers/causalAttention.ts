import type { CausalAttentionBlock } from '../../contract/inspect/blocks/causalAttention'
import { COORDINATES, channelsOfFirstGroup } from '../../contract/inspect/blocks/causalAttention'
import type { Grid } from '../../contract/inspect/blocks/stream'
import { biasAdd } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { attendAt, causalAttention } from './attention'
import { attentionDescription } from './causalAttentionDescription'
import { columns } from './columns'
import { accumulate } from './incremental'
import type { BuildLayer, LayerParameter } from './layer'
import { glorotLimit } from './layer'
import { pointwise } from './pointwise'
import { product } from './product'

/**
 * query.weight [C₁, W] on the C₁ channels of the first colour, memory.weight [C, 2W] and memory.image [I, 2W] to keys, then values,
 * query.coordinates [2, W] and memory.coordinates [2, 2W] on row and column, output.weight [W, C]; with biases.
 */
export const causalAttentionLayer: BuildLayer<CausalAttentionBlock> = ({ heads, width }, input, { grid }) => {
  const { channels } = input
  const imageChannels = input.imageChannels ?? 0
  const first = Int32Array.from(input.groupOf.keys()).filter((channel) => input.groupOf[channel]! <= 0)
  const queryChannels = channelsOfFirstGroup(input.groupOf)
  // Channels of a colour lie side by side, those of the first colour at the start.
  if (first.some((channel, index) => channel !== index)) throw new Error('The channels of the first colour must come first.')
  const uniform = (name: string, shape: [number, number], inputs = shape[0]): LayerParameter => ({
    name,
    shape,
    init: { kind: 'uniform', limit: glorotLimit(inputs, width) },
  })
  const places = coordinatesOf(grid)
  const pixels = grid.height * grid.width
  return {
    parameters: [
      uniform('query.weight', [queryChannels, width], queryChannels + COORDINATES),
      uniform('query.coordinates', [COORDINATES, width], queryChannels + COORDINATES),
      { name: 'query.bias', shape: [width], init: { kind: 'zeros' } },
      uniform('memory.weight', [channels, 2 * width], channels + imageChannels + COORDINATES),
      uniform('memory.image', [imageChannels, 2 * width], channels + imageChannels + COORDINATES),
      uniform('memory.coordinates', [COORDINATES, 2 * width], channels + imageChannels + COORDINATES),
      { name: 'memory.bias', shape: [2 * width], init: { kind: 'zeros' } },
      { name: 'output.weight', shape: [width, channels], init: { kind: 'uniform', limit: glorotLimit(width, channels) / 2 } },
      { name: 'output.bias', shape: [channels], init: { kind: 'zeros' } },
    ],
    apply(streams, parameter) {
      const { main } = streams
      const batch = main.shape[0]!
      const features = tf.reshape(main, [batch, pixels, channels])
      const image = tf.reshape(streams.image!, [batch, pixels, imageChannels])
      const own = columns(features, 0, queryChannels)
      const where = tf.tensor2d(places, [pixels, COORDINATES])
      const placed = (name: string): tf.Tensor => biasAdd(product(where, parameter(`${name}.coordinates`)), parameter(`${name}.bias`)) // [N, ·]
      const queries = tf.add(product(own, parameter('query.weight')), placed('query')) // [B, N, W]
      const memory = tf.add(
        tf.add(product(features, parameter('memory.weight')), product(image, parameter('memory.image'))),
        placed('memory'),
      ) // [B, N, 2W]
      const seen = causalAttention(queries, columns(memory, 0, width), columns(memory, width, width), heads, true) // [B, N, W]
      const added = pointwise(seen, parameter('output.weight'), parameter('output.bias')) // [B, N, C]
      return { ...streams, main: tf.add(main, tf.reshape(added, main.shape)) }
    },
    describe: attentionDescription({ heads, width, channels, imageChannels, queryChannels, groupOf: input.groupOf, places }),
    incremental(weight, batch, given) {
      const named = (name: string): { weight: Float32Array; coordinates: Float32Array; bias: Float32Array } => ({
        weight: weight(`${name}.weight`),
        coordinates: weight(`${name}.coordinates`),
        bias: weight(`${name}.bias`),
      })
      const [query, memory] = [named('query'), named('memory')]
      const memoryImage = weight('memory.image')
      const output = { weight: weight('output.weight'), bias: weight('output.bias') }
      const keys = new Float32Array(batch * pixels * width)
      const values = new Float32Array(batch * pixels * width)
      const features = new Float32Array(batch * pixels * channels)
      /** Pixels of each sample whose keys and values are known; a pixel's own are due once all its colours are drawn. */
      const known = new Int32Array(batch)
      const asked = new Float32Array(width)
      const both = new Float32Array(2 * width)
      const weights = new Float32Array(pixels)
      const seen = new Float32Array(width)
      const remember = (sample: number, pixel: number): void => {
        both.set(memory.bias)
        accumulate(both, 2 * width, features, (sample * pixels + pixel) * channels, channels, memory.weight, 0)
        accumulate(both, 2 * width, given.image!, (sample * pixels + pixel) * imageChannels, imageChannels, memoryImage, 0)
        accumulate(both, 2 * width, places, pixel * COORDINATES, COORDINATES, memory.coordinates, 0)
        keys.set(both.subarray(0, width), (sample * pixels + pixel) * width)
        values.set(both.subarray(width), (sample * pixels + pixel) * width)
      }
      return {
        outputs: channels,
        store: (sample, position, main) => features.set(main.subarray(0, channels), (sample * pixels + position) * channels),
        compute(sample, position, main, result) {
          for (let pixel = known[sample]!; pixel < position; pixel++) remember(sample, pixel)
          known[sample] = position
          asked.set(query.bias)
          accumulate(asked, width, main, 0, queryChannels, query.weight, 0)
          accumulate(asked, width, places, position * COORDINATES, COORDINATES, query.coordinates, 0)
          attendAt({ query: asked, keys, values, from: sample * pixels * width, count: position, width, heads, weights, output: seen })
          for (let channel = 0; channel < channels; channel++) result[channel] = main[channel]! + output.bias[channel]!
          accumulate(result, channels, seen, 0, width, output.weight, 0)
        },
      }
    },
  }
}

/** Row and column of every pixel, −1…1, [H·W × 2]. */
function coordinatesOf({ height, width }: Grid): Float32Array {
  const along = (index: number, size: number): number => (size === 1 ? 0 : (2 * index) / (size - 1) - 1)
  const places = new Float32Array(height * width * COORDINATES)
  for (let pixel = 0; pixel < height * width; pixel++) {
    places[COORDINATES * pixel] = along(Math.floor(pixel / width), height)
    places[COORDINATES * pixel + 1] = along(pixel % width, width)
  }
  return places
}
