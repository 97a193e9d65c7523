import type { Domain, LevelArray } from '../../src-main/contract'
import { ranksOf } from '../../src-main/contract/inspect/orderings'
import { stepsTogether } from '../../src-main/contract/inspect/generationOrdering'
import { viridis } from '../../src-main/contract/viridis'
import { paintTile } from './raster'
import type { TileShape } from './raster'
import type { Pixels } from './completion'

type Colour = readonly [number, number, number]

/** The order in which a model generates an example, in units of whole pixels where their channels come one after the other. */
export interface Order {
  /** ordering[step] = dimension. */
  ordering: Int32Array
  /** ranks[dimension] = step. */
  ranks: Int32Array
  /** Steps of one unit. */
  together: number
  units: number
}

export function orderOf(ordering: Int32Array, domain: Pick<Domain, 'kind' | 'shape'>): Order {
  const together = stepsTogether(ordering, domain)
  return { ordering, ranks: ranksOf(ordering), together, units: ordering.length / together }
}

/** The picture after so many steps. What is not there yet is a checkerboard; of a pixel half there the missing channels are dark. */
export function partialTile(
  levels: LevelArray,
  { ranks }: Pick<Order, 'ranks'>,
  steps: number,
  shape: TileShape,
  look: { maximum: number; tones: readonly [Colour, Colour] },
): Pixels {
  const known = levels.map((level, dimension) => (ranks[dimension]! < steps ? level : 0))
  const pixels = paintTile(known, shape, look.maximum)
  for (let pixel = 0; pixel < levels.length / shape.channels; pixel++) {
    let there = false
    for (let channel = 0; channel < shape.channels; channel++) there ||= ranks[pixel * shape.channels + channel]! < steps
    if (there) continue
    const odd = ((pixel % shape.width) + Math.floor(pixel / shape.width)) % 2
    pixels.set(look.tones[odd === 1 ? 1 : 0], pixel * 4)
  }
  return pixels
}

/** The order as colours: dark blue comes first, yellow last. Half transparent over the picture. */
export function orderHeat({ ranks }: Pick<Order, 'ranks'>, shape: TileShape, opacity: number): Pixels {
  const pixels = new Uint8ClampedArray(shape.width * shape.height * 4)
  const last = Math.max(1, ranks.length - 1)
  for (let pixel = 0; pixel < ranks.length / shape.channels; pixel++) {
    pixels.set(viridis(ranks[pixel * shape.channels]! / last), pixel * 4)
    pixels[pixel * 4 + 3] = Math.round(255 * opacity)
  }
  return pixels
}

/** Pixels in the order in which they are begun, each once. */
export function pixelsInOrder({ ordering }: Pick<Order, 'ordering'>, channels: number): Int32Array {
  const seen = new Uint8Array(ordering.length / channels)
  const pixels: number[] = []
  for (const dimension of ordering) {
    const pixel = Math.floor(dimension / channels)
    if (seen[pixel]) continue
    seen[pixel] = 1
    pixels.push(pixel)
  }
  return Int32Array.from(pixels)
}

/** A line through the middles of some pixels, in units of a pixel, as an SVG path. */
export function pathThrough(pixels: Int32Array, width: number): string {
  let path = ''
  for (const pixel of pixels) path += `${path === '' ? 'M' : 'L'}${(pixel % width) + 0.5} ${Math.floor(pixel / width) + 0.5}`
  return path
}

/** Flags of the pixels in which two pictures differ. */
export function differing(a: LevelArray, b: LevelArray, channels: number): Uint8Array {
  const flags = new Uint8Array(a.length / channels)
  a.forEach((level, dimension) => {
    if (level !== b[dimension]) flags[Math.floor(dimension / channels)] = 1
  })
  return flags
}

export interface Parts {
  /** Sums over the first steps of the ordering, and over the rest, in nats. */
  kept: number
  rest: number
}

export function partsOf(nats: ArrayLike<number>, { ranks }: Pick<Order, 'ranks'>, steps: number): Parts {
  let [kept, rest] = [0, 0]
  for (let dimension = 0; dimension < nats.length; dimension++) {
    if (ranks[dimension]! < steps) kept += nats[dimension]!
    else rest += nats[dimension]!
  }
  return { kept, rest }
}

/** The surprise of each unit in its order, as a line of bars in a box of 1 × 1: the highest of each of `bars` stretches. */
export function surprisePath(nats: ArrayLike<number>, { ordering, together, units }: Order, bars: number): string {
  const count = Math.min(bars, units)
  const heights = new Float64Array(count)
  for (let unit = 0; unit < units; unit++) {
    let sum = 0
    for (let step = unit * together; step < (unit + 1) * together; step++) sum += nats[ordering[step]!]!
    const bar = Math.floor((unit * count) / units)
    heights[bar] = Math.max(heights[bar]!, sum)
  }
  const highest = heights.reduce((most, height) => Math.max(most, height), 0)
  if (highest === 0) return ''
  let path = ''
  heights.forEach((height, bar) => {
    path += `M${round(bar / count)} 1V${round(1 - height / highest)}H${round((bar + 1) / count)}V1Z`
  })
  return path
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000

/** float32, little-endian. */
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer)

export interface Edit {
  dimension: number
  from: number
  to: number
}

/** Levels with the edits made. */
export function withEdits(levels: LevelArray, edits: readonly Pick<Edit, 'dimension' | 'to'>[]): LevelArray {
  const edited = levels.slice()
  for (const { dimension, to } of edits) edited[dimension] = to
  return edited
}

/** One more edit: a dimension is edited once, and not at all where it has its own level again. */
export function edited(edits: readonly Edit[], levels: ArrayLike<number>, dimension: number, to: number): Edit[] {
  const others = edits.filter((edit) => edit.dimension !== dimension)
  const from = levels[dimension] ?? 0
  return from === to ? others : [...others, { dimension, from, to }]
}

/** Flagged pixels in vermilion, through which the picture still shows; in place. */
export function markPixels(pixels: Pixels, flags: Uint8Array): Pixels {
  flags.forEach((flag, pixel) => {
    if (flag) [213, 94, 0].forEach((tone, channel) => (pixels[pixel * 4 + channel] = 0.45 * pixels[pixel * 4 + channel]! + 0.55 * tone))
  })
  return pixels
}
