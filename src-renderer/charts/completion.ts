import type { CompletionSet } from '../../src-main/contract'
import { dimensionsOf, framesOf } from '../../src-main/contract'
import { paintTile, tileShape } from './raster'
import type { TileShape } from './raster'
import type { LevelArray } from '../../src-main/contract'

type Colour = readonly [number, number, number]
export type Pixels = Uint8ClampedArray<ArrayBuffer>

/** D bytes for each dimension → one for each pixel of its tile. */
export function unknownOfTile(unknown: Uint8Array, shape: TileShape): Uint8Array {
  return Uint8Array.from({ length: Math.floor(unknown.length / shape.channels) }, (_value, pixel) => unknown[pixel * shape.channels] ?? 0)
}

/** Paints the unknown pixels over: a checkerboard of two tones, so that they cannot be taken for grey. */
export function hideUnknown(pixels: Pixels, unknown: Uint8Array, width: number, tones: readonly [Colour, Colour]): Pixels {
  unknown.forEach((hidden, pixel) => {
    if (hidden === 0) return
    const odd = ((pixel % width) + Math.floor(pixel / width)) % 2
    pixels.set(tones[odd === 1 ? 1 : 0], pixel * 4)
    pixels[pixel * 4 + 3] = 255
  })
  return pixels
}

/** One of the completions of an example, by their places in a set. */
export interface ChosenCompletion {
  example: number
  draw: number
}

export interface CompletionTiles {
  shape: TileShape
  example(index: number): Pixels
  /** What was left of it. */
  known(index: number): Pixels
  completion(index: number, draw: number): Pixels
  /** The mean of each filled-in conditional along the way; known pixels as they are. Null where the domain has none. */
  probabilities(index: number, draw: number): Pixels | null
}

/** The pictures of a set, painted when they are asked for; of video those of one frame. */
export function completionTiles(set: CompletionSet, tones: readonly [Colour, Colour], frame = 0): CompletionTiles {
  const shape = tileShape(set.domain)
  const size = dimensionsOf(set.domain)
  const maximum = set.domain.levels - 1
  const still = size / framesOf(set.domain)
  const unknown = unknownOfTile(set.unknown.subarray(frame * still, (frame + 1) * still), shape)
  const part = (levels: LevelArray, index: number): LevelArray => levels.subarray(index * size + frame * still, index * size + (frame + 1) * still)
  const example = (index: number): Pixels => paintTile(part(set.originals, index), shape, maximum)
  const { draws } = set.recipe
  return {
    shape,
    example,
    known: (index) => hideUnknown(example(index), unknown, shape.width, tones),
    completion: (index, draw) => paintTile(part(set.levels, index * draws + draw), shape, maximum),
    probabilities: (index, draw) => set.means && paintTile(part(set.means, index * draws + draw), shape, 255),
  }
}

export interface RowLayout {
  /** Rows of examples stand in so many blocks side by side. */
  blocks: number
  /** Device pixels per image pixel: whole, unless the pictures had to be shrunk. */
  zoom: number
}

/**
 * The largest pictures whose rows fit the place: each example has `columns` pictures in a row, rows may stand in several blocks side by side.
 * Sizes in device pixels; `gap` between pictures, `gutter` between blocks. More rows than fit at the least size scroll.
 */
export function layoutRows(
  rows: number,
  columns: number,
  shape: TileShape,
  place: { width: number; room: number; gap: number; gutter: number; least: number; largest: number },
): RowLayout {
  const { width, room, gap, gutter, least, largest } = place
  let best: RowLayout | null = null
  for (let blocks = 1; blocks <= Math.min(rows, 4); blocks++) {
    const across = ((width - (blocks - 1) * gutter) / blocks + gap) / columns - gap
    const down = room / Math.ceil(rows / blocks) - gap
    const side = Math.min(across / shape.width, Math.max(down / shape.height, least / shape.height), largest / shape.width)
    const whole = Math.floor(side)
    // Rather a little scrolling than pictures that are too small to read.
    const readable = whole * shape.height < least ? Math.min(Math.ceil(side), Math.floor(across / shape.width)) : whole
    const zoom = side >= 1 ? readable : side
    // Blocks beside each other are harder to read than one below the other, so they must be worth it.
    if (!best || zoom > best.zoom * 1.2) best = { blocks, zoom: Math.max(0.02, zoom) }
  }
  return best ?? { blocks: 1, zoom: 1 }
}
