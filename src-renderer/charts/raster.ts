import type { Domain } from '../../src-main/contract'

/** How one example is laid out as pixels. Tables are written in reading order into a near-square. */
export interface TileShape {
  width: number
  height: number
  channels: number
}

export function tileShape(domain: Pick<Domain, 'kind' | 'shape'>): TileShape {
  if (domain.kind === 'image') {
    const [height = 1, width = 1, channels = 1] = domain.shape
    return { width, height, channels }
  }
  const dimensions = domain.shape.reduce((product, size) => product * size, 1)
  const width = Math.ceil(Math.sqrt(dimensions))
  return { width, height: Math.ceil(dimensions / width), channels: 1 }
}

/**
 * One example as RGBA.
 * @param values D bytes, [H, W, C]
 * @param maximum the value shown as full intensity: K − 1 for levels, 255 for intensities.
 * @returns width × height × 4 bytes; positions past the last dimension of a table stay transparent.
 */
export function paintTile(values: Uint8Array, shape: TileShape, maximum: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(shape.width * shape.height * 4)
  const scale = 255 / maximum
  const count = Math.min(shape.width * shape.height, Math.floor(values.length / shape.channels))
  for (let pixel = 0; pixel < count; pixel++) {
    const source = pixel * shape.channels
    const red = (values[source] ?? 0) * scale
    pixels[pixel * 4] = red
    pixels[pixel * 4 + 1] = shape.channels === 3 ? (values[source + 1] ?? 0) * scale : red
    pixels[pixel * 4 + 2] = shape.channels === 3 ? (values[source + 2] ?? 0) * scale : red
    pixels[pixel * 4 + 3] = 255
  }
  return pixels
}

export interface GridLayout {
  columns: number
  rows: number
  /** Whole device pixels per image pixel, so that every image pixel has the same size. */
  zoom: number
  /** Size of one tile and of the whole picture, in device pixels. */
  tileWidth: number
  tileHeight: number
  gap: number
  width: number
  height: number
}

/**
 * A grid of `count` tiles within `available` device pixels.
 * @param zoom whole number of device pixels per image pixel; absent: the largest that gives at least `preferredColumns`.
 */
export function layoutGrid(
  count: number,
  shape: TileShape,
  available: number,
  options: { zoom?: number; preferredColumns?: number; gap?: number } = {},
): GridLayout {
  const gap = options.gap ?? 2
  const preferred = Math.max(1, Math.min(count, options.preferredColumns ?? 8))
  const fitting = Math.floor(((available + gap) / preferred - gap) / shape.width)
  const zoom = Math.max(1, options.zoom ?? fitting)
  const tileWidth = shape.width * zoom
  const tileHeight = shape.height * zoom
  const room = Math.max(1, Math.floor((available + gap) / (tileWidth + gap)))
  const columns = Math.max(1, Math.min(count, options.zoom === undefined ? Math.min(room, preferred) : room))
  const rows = Math.ceil(count / columns)
  return {
    columns,
    rows,
    zoom,
    tileWidth,
    tileHeight,
    gap,
    width: columns * (tileWidth + gap) - gap,
    height: Math.max(0, rows * (tileHeight + gap) - gap),
  }
}

/** Index of the tile under a point in device pixels, or null in a gap or past the end. */
export function tileAt(layout: GridLayout, count: number, x: number, y: number): number | null {
  const column = Math.floor(x / (layout.tileWidth + layout.gap))
  const row = Math.floor(y / (layout.tileHeight + layout.gap))
  if (column < 0 || row < 0 || column >= layout.columns) return null
  if (x - column * (layout.tileWidth + layout.gap) >= layout.tileWidth) return null
  if (y - row * (layout.tileHeight + layout.gap) >= layout.tileHeight) return null
  const index = row * layout.columns + column
  return index < count ? index : null
}
