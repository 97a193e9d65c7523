import { COORDINATES } from '../../contract/inspect/blocks/causalAttention'
import { columnsOf, part } from '../kernels/planBuilder'
import { byGroup, columnsInOrder } from './described'
import type { DescribeLayer } from './described'

interface AttentionShape {
  heads: number
  width: number
  channels: number
  imageChannels: number
  queryChannels: number
  groupOf: Int32Array
  /** Row and column of every pixel [H·W × 2]. */
  places: Float32Array
}

/** The score of what is to be left out. */
const NOTHING = -1e9

/**
 * Attention to earlier pixels for the sampling kernels, whose own attention is over earlier steps and the present one. So what a step writes
 * is the key and value of the pixel before, made when that pixel was drawn; the first pixel, and the steps of a pixel's later colours, write a
 * key that nobody attends to: each head has a channel more, by which that key is scored −10⁹ and all others 0.
 */
export function attentionDescription(shape: AttentionShape): DescribeLayer {
  const { heads, width, channels, imageChannels, queryChannels, groupOf, places } = shape
  const size = width / heads
  // A multiple of four channels stays one, which the kernels take together.
  const spare = size % 4 === 0 ? 4 : 1
  const pitch = size + spare
  const padded = heads * pitch
  /** Columns by head, each followed by its spare ones; `width` stands for an empty one. */
  const order = Array.from({ length: padded }, (_value, index) => {
    const [head, within] = [Math.floor(index / pitch), index % pitch]
    return within >= size ? width : head * size + within
  })
  const pad = (matrix: Float32Array, first = 0, columns = width): Float32Array => {
    const own = columnsInOrder(matrix, columns, Array.from({ length: width }, (_value, index) => first + index))
    const rows = own.length / width
    const result = new Float32Array(rows * padded)
    for (let row = 0; row < rows; row++)
      order.forEach((column, index) => {
        if (column < width) result[row * padded + index] = own[row * width + column]!
      })
    return result
  }
  /** A table of coordinates · weight + bias for every pixel. */
  const placed = (weight: Float32Array, bias: Float32Array): Float32Array => {
    const columns = bias.length
    const pixels = places.length / COORDINATES
    const table = new Float32Array(pixels * columns)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let column = 0; column < columns; column++) {
        let sum = bias[column]!
        for (let axis = 0; axis < COORDINATES; axis++) sum += places[pixel * COORDINATES + axis]! * weight[axis * columns + column]!
        table[pixel * columns + column] = sum
      }
    return table
  }
  return (context, { main, image, ...streams }) => {
    const { plan, weight } = context
    if (!image) throw new Error('Causal attention reads the image, but the plan has none.')
    const [first, last] = [plan.phases[0]!, plan.phases.at(-1)!]
    const [query, key, value, nothing, seen] = [padded, padded, padded, padded, padded].map((length) => plan.vector(length)) as [
      typeof main,
      typeof main,
      typeof main,
      typeof main,
      typeof main,
    ]
    const keys = plan.stepCache(padded)
    const values = plan.stepCache(padded)
    const scores = plan.stepCache(1)
    for (let head = 0; head < heads; head++) {
      for (const vector of [key, nothing]) {
        const extra = part(vector, head * pitch + size, 1)
        plan.start.affine(extra, extra, 0, NOTHING)
      }
    }

    const places = pad(placed(weight('query.coordinates'), weight('query.bias')))
    for (let head = 0; head < heads; head++) for (let row = 0; row * padded < places.length; row++) places[row * padded + head * pitch + size] = 1
    first.table({ table: places, to: query, index: 'position' })
    first.dense({ from: part(main, 0, queryChannels), to: query, weight: pad(weight('query.weight')), plus: true })
    first.writeSlice(key, keys, padded, 'step')
    first.writeSlice(value, values, padded, 'step')
    first.raw({ kind: 'attend', query, keys, values, to: seen, heads, scale: 1 / Math.sqrt(size), scores })
    for (const phase of plan.phases.slice(1)) phase.writeSlice(nothing, keys, padded, 'step')

    // What the pixel's own key and value are made of; later layers write over `main`.
    const features = plan.vector(channels)
    const outputWeight = new Float32Array(padded * channels)
    order.forEach((column, row) => {
      if (column < width) outputWeight.set(weight('output.weight').subarray(column * channels, (column + 1) * channels), row * channels)
    })
    for (const { phase, from, size: count } of byGroup(context, groupOf)) {
      phase.copy(part(main, from, count), part(features, from, count))
      phase.dense({
        from: seen,
        to: part(main, from, count),
        weight: columnsOf(outputWeight, channels, from, count),
        bias: weight('output.bias').subarray(from, from + count),
        plus: true,
      })
    }
    const memory = placed(weight('memory.coordinates'), weight('memory.bias'))
    for (const [target, start] of [
      [key, 0],
      [value, width],
    ] as const) {
      last.afterDraw.table({ table: pad(memory, start, 2 * width), to: target, index: 'position' })
      last.afterDraw.dense({ from: features, to: target, weight: pad(weight('memory.weight'), start, 2 * width), plus: true })
      last.afterDraw.dense({ from: part(image, 0, imageChannels), to: target, weight: pad(weight('memory.image'), start, 2 * width), plus: true })
    }
    return { ...streams, main, image }
  }
}
