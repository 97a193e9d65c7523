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
  // Video: a tile shows one frame, the first where nobody says which.
  if (domain.kind === 'video') {
    const [, height = 1, width = 1, channels = 1] = domain.shape
    return { width, height, channels }
  }
  const dimensions = domain.shape.reduce((product, size) => product * size, 1)
  const width = Math.ceil(Math.sqrt(dimensions))
  return { width, height: Math.ceil(dimensions / width), channels: 1 }
}

/** Screen pixels per pixel: a whole number, so that all are of one size, unless not even one fits. `least` where the room is not known yet. */
export function crispZoom(fitting: number, least = 0): number {
  return fitting >= 1 ? Math.floor(fitting) : Math.max(least, fitting)
}

/**
 * One example as RGBA.
 * @param values D bytes, [H, W, C]
 * @param maximum the value shown as full intensity: K − 1 for levels, 255 for intensities.
 * @returns width × height × 4 bytes; positions past the last dimension of a table stay transparent.
 */
export function paintTile(values: ArrayLike<number>, shape: TileShape, maximum: number): Uint8ClampedArray<ArrayBuffer> {
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
  /** Device pixels per image pixel: whole, so that every image pixel has the same size, unless the pictures had to be shrunk. */
  zoom: number
  /** Size of one tile and of the whole picture, in device pixels. */
  tileWidth: number
  tileHeight: number
  gap: number
  width: number
  height: number
}

interface LayoutOptions {
  zoom?: number
  preferredColumns?: number
  columns?: number
  room?: number
  gap?: number
}

/**
 * A grid of `count` tiles within `available` device pixels.
 * @param zoom whole number of device pixels per image pixel; absent: the grid of about `preferredColumns` that fills the width best.
 * @param columns exactly so many, whatever the zoom: rows then mean something (a class each).
 * @param room device pixels that the grid should fill in height, but not exceed.
 */
export function layoutGrid(
  count: number,
  shape: TileShape,
  available: number,
  options: LayoutOptions = {},
): GridLayout {
  const gap = options.gap ?? 2
  const chosen = chooseLayout(count, shape, available, gap, options)
  const tileWidth = Math.max(1, Math.floor(shape.width * chosen.zoom))
  const tileHeight = Math.max(1, Math.floor(shape.height * chosen.zoom))
  const rows = Math.ceil(count / chosen.columns)
  return {
    ...chosen,
    rows,
    tileWidth,
    tileHeight,
    gap,
    width: chosen.columns * (tileWidth + gap) - gap,
    height: Math.max(0, rows * (tileHeight + gap) - gap),
  }
}

function chooseLayout(
  count: number,
  shape: TileShape,
  available: number,
  gap: number,
  { zoom, columns, room, preferredColumns = 8 }: LayoutOptions,
): { columns: number; zoom: number } {
  if (columns !== undefined) {
    const rows = Math.ceil(count / columns)
    const across = ((available + gap) / columns - gap) / shape.width
    const down = room === undefined ? Infinity : ((room + gap) / rows - gap) / shape.height
    // Many rows may scroll rather than shrink below one pixel for each of theirs.
    const largest = Math.min(across, Math.max(1, down))
    const whole = largest >= 1 ? Math.floor(largest) : Math.max(0.02, largest)
    return { columns, zoom: Math.min(zoom === undefined ? Infinity : Math.max(1, zoom), whole) }
  }
  if (zoom === undefined) return bestColumns(count, shape, available, preferredColumns, gap, room)
  const size = Math.max(1, zoom)
  return { columns: Math.max(1, Math.min(count, Math.floor((available + gap) / (shape.width * size + gap)))), zoom: size }
}

/** Whole zooms leave a margin; a few columns more or fewer than asked for may leave a smaller one. */
function bestColumns(
  count: number,
  shape: TileShape,
  available: number,
  preferred: number,
  gap: number,
  room?: number,
): { columns: number; zoom: number } {
  const most = Math.max(1, Math.min(count, Math.floor(preferred * (room === undefined ? 1.25 : 1.6))))
  const least = Math.max(1, Math.min(most, count, Math.ceil(preferred * 0.6)))
  // Pictures wider than their place are shrunk; only these are not a whole number of screen pixels per pixel.
  const shrunk = Math.min(1, ((available + gap) / Math.max(1, Math.min(count, preferred)) - gap) / shape.width)
  let best = { columns: Math.max(1, Math.min(count, preferred)), zoom: Math.max(0.02, shrunk) }
  let bestScore = -Infinity
  for (let columns = least; columns <= most; columns++) {
    const zoom = Math.floor(((available + gap) / columns - gap) / shape.width)
    if (zoom < 1) continue
    const used = (columns * (shape.width * zoom + gap) - gap) / available
    const ragged = 1 - count / (columns * Math.ceil(count / columns))
    const height = Math.ceil(count / columns) * (shape.height * zoom + gap) - gap
    const filled = room === undefined ? 0 : height <= room ? (0.6 * height) / room : -0.4
    const score = used + filled - 0.02 * Math.abs(columns - Math.min(preferred, count)) - 1.5 * ragged
    if (score > bestScore) {
      best = { columns, zoom }
      bestScore = score
    }
  }
  return best
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
