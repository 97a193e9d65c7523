import sharp from 'sharp'
import { dimensionsOf } from '../../contract/domain'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { Canvas } from './canvas'
import { withPngText } from './pngText'

/** Pictures with the recipe that made them. */
type Pictured = Pick<SampleSet, 'levels' | 'means' | 'domain'> & { recipe: object }

export interface GridOptions {
  columns?: number | undefined
  /** Screen pixels per pixel. */
  scale: number
  what: 'samples' | 'means'
}

/**
 * Where the samples lie in the picture: sample i begins at column (i mod columns) · (width · scale + gap) and
 * row ⌊i / columns⌋ · (height · scale + gap).
 */
export interface GridLayout {
  columns: number
  rows: number
  width: number
  height: number
  channels: number
  scale: number
  /** Pixels between neighbours, of the grey value 128. */
  gap: number
}

export const GAP = 2
export const GAP_VALUE = 128
const LARGEST_SIDE = 16_384

/** Intensities 0…255 of one example after another, whatever the number of levels. */
export function intensities({ levels, means, domain }: Pictured, what: GridOptions['what']): Uint8Array {
  if (what === 'means') {
    if (!means) throw new UserError('These samples carry no probabilities.', { field: 'what', mend: 'Export the samples themselves.' })
    return means
  }
  return Uint8Array.from(levels, (level) => Math.round((level * 255) / (domain.levels - 1)))
}

/** Samples side by side as a PNG whose text chunks hold the recipe, with which they can be drawn again, and the layout. */
export async function imageGridPng(set: Pictured, options: GridOptions): Promise<Buffer> {
  if (set.domain.kind === 'video') return imageGridPng(...stripOfFrames(set, options))
  const { domain, recipe } = set
  if (domain.kind !== 'image' && domain.kind !== 'table')
    throw new UserError(`Samples of ${domain.kind} are not pictures.`, { mend: 'Export them as WAV.' })
  const values = intensities(set, options.what)
  const size = dimensionsOf(domain)
  const count = Math.floor(values.length / size)
  const [height, width, channels] = domain.kind === 'image' ? (domain.shape as [number, number, number]) : [1, size, 1]
  const layout = gridLayout({ count, height, width, channels }, options)
  const { columns, rows, scale } = layout
  const fullWidth = columns * (width * scale + GAP) - GAP
  const fullHeight = rows * (height * scale + GAP) - GAP
  if (fullWidth > LARGEST_SIDE || fullHeight > LARGEST_SIDE) {
    throw new UserError(`The picture would be ${fullWidth}×${fullHeight} pixels.`, {
      field: 'scale',
      mend: `Choose a smaller scale or another number of columns; a side may have ${LARGEST_SIDE}.`,
    })
  }
  const pixels = new Uint8Array(fullWidth * fullHeight * channels).fill(GAP_VALUE)
  for (let index = 0; index < count; index++) {
    const left = (index % columns) * (width * scale + GAP)
    const top = Math.floor(index / columns) * (height * scale + GAP)
    for (let y = 0; y < height * scale; y++) {
      const source = index * size + Math.floor(y / scale) * width * channels
      for (let x = 0; x < width * scale; x++) {
        const from = source + Math.floor(x / scale) * channels
        const to = ((top + y) * fullWidth + left + x) * channels
        for (let channel = 0; channel < channels; channel++) pixels[to + channel] = values[from + channel]!
      }
    }
  }
  return canvasPng(
    { width: fullWidth, height: fullHeight, channels: channels === 3 ? 3 : 1, pixels },
    { Software: 'Chainrule', 'chainrule:recipe': JSON.stringify(recipe), 'chainrule:layout': JSON.stringify({ ...layout, what: options.what }) },
  )
}

/** Clips as pictures: a row for each, its frames from left to right. */
function stripOfFrames(set: Pictured, options: GridOptions): [Pictured, GridOptions] {
  const [frames = 1, ...shape] = set.domain.shape
  return [{ ...set, domain: { ...set.domain, kind: 'image', shape } }, { ...options, columns: frames * Math.max(1, Math.floor((options.columns ?? 1) / frames)) }]
}

/** A picture as a PNG with texts. */
export async function canvasPng({ width, height, channels, pixels }: Canvas, texts: Readonly<Record<string, string>>): Promise<Buffer> {
  const png = await sharp(pixels, { raw: { width, height, channels } })
    .toColourspace(channels === 3 ? 'srgb' : 'b-w')
    .png()
    .toBuffer()
  return withPngText(png, texts)
}

function gridLayout(
  { count, ...cell }: { count: number; height: number; width: number; channels: number },
  { columns: wanted, scale }: GridOptions,
): GridLayout {
  const columns = Math.min(count, wanted ?? Math.ceil(Math.sqrt(count)))
  return { columns, rows: Math.ceil(count / columns), ...cell, scale, gap: GAP }
}
