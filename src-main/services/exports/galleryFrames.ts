import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { AnimationLook } from '../../contract/records/gallery'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import { drawText, fitted, textHeight, textWidth } from './bitmapText'
import type { Canvas } from './canvas'
import { blankCanvas, drawPicture, fillRectangle } from './canvas'
import { requireSize } from './gif'
import { GAP, GAP_VALUE, intensities } from './imageGrid'

/** What one run shows in one frame. */
export interface GalleryCell {
  set: SampleSet | null
  /** Below the pictures: the step and what was reached; instead of them where there is no set. */
  caption: string
}

export interface GalleryFrames {
  /** Above each run's pictures; null for one run, which needs no name. */
  titles: readonly (string | null)[]
  domains: readonly Domain[]
  /** Samples of each run, in every frame the same. */
  count: number
  /** frames[f][run] */
  frames: readonly (readonly GalleryCell[])[]
}

type Look = Pick<AnimationLook, 'columns' | 'scale' | 'what' | 'caption'>

const PAPER = 255
const INK = 32
const PALE = 224
const MARGIN = 6

/** The frames of an animation: for each run a grid of its samples with its name above and the caption below, and how far training is at the bottom. */
export function drawGalleryFrames(gallery: GalleryFrames, look: Look): Canvas[] {
  const plan = layOut(gallery, look)
  requireSize({ ...plan, frames: gallery.frames.length })
  return gallery.frames.map((cells, index) => {
    const canvas = blankCanvas(plan.width, plan.height, plan.channels, PAPER)
    cells.forEach((cell, run) => drawCell(canvas, cell, gallery.titles[run] ?? null, plan, run))
    if (look.caption && gallery.frames.length > 1) {
      const share = (index + 1) / gallery.frames.length
      fillRectangle(canvas, { left: 0, top: plan.height - plan.letter * 2, width: Math.round(plan.width * share), height: plan.letter * 2 }, INK)
    }
    return canvas
  })
}

interface Plan {
  width: number
  height: number
  channels: 1 | 3
  columns: number
  count: number
  look: Look
  shapes: { width: number; height: number; channels: number }[]
  /** Of each run: the upper left corner of its cell. */
  corners: { left: number; top: number }[]
  cellWidth: number
  gridHeight: number
  titleHeight: number
  captionHeight: number
  /** Screen pixels per pixel of the letters. */
  letter: number
}

function layOut({ titles, domains, count }: GalleryFrames, look: Look): Plan {
  const shapes = domains.map(pictureShape)
  const columns = Math.min(count, look.columns ?? Math.ceil(Math.sqrt(count)))
  const rows = Math.ceil(count / columns)
  const cellWidth = Math.max(...shapes.map(({ width }) => columns * (width * look.scale + GAP) - GAP))
  const gridHeight = Math.max(...shapes.map(({ height }) => rows * (height * look.scale + GAP) - GAP))
  const letter = Math.min(3, Math.max(1, Math.floor(cellWidth / 160)))
  const line = textHeight(letter) + 4 * letter
  const titled = titles.some((title) => title !== null)
  const [titleHeight, captionHeight] = [titled ? line : 0, look.caption ? line : 0]
  const across = domains.length <= 3 ? domains.length : domains.length === 4 ? 2 : 3
  const down = Math.ceil(domains.length / across)
  const margin = domains.length > 1 ? MARGIN * letter : 0
  const cellHeight = titleHeight + gridHeight + captionHeight
  return {
    width: across * (cellWidth + margin) - margin,
    height: down * (cellHeight + margin) - margin + (look.caption ? 3 * letter : 0),
    channels: shapes.some(({ channels }) => channels === 3) ? 3 : 1,
    columns,
    count,
    look,
    shapes,
    corners: domains.map((_domain, run) => ({ left: (run % across) * (cellWidth + margin), top: Math.floor(run / across) * (cellHeight + margin) })),
    cellWidth,
    gridHeight,
    titleHeight,
    captionHeight,
    letter,
  }
}

function drawCell(canvas: Canvas, { set, caption }: GalleryCell, title: string | null, plan: Plan, run: number): void {
  const { left, top } = plan.corners[run]!
  const { letter, cellWidth, look } = plan
  if (title !== null) drawText(canvas, fitted(title, letter, cellWidth), { left, top: top + letter, size: letter, value: INK })
  const gridTop = top + plan.titleHeight
  if (set) drawGrid(canvas, set, plan, run, { left, top: gridTop })
  else {
    fillRectangle(canvas, { left, top: gridTop, width: cellWidth, height: plan.gridHeight }, PALE)
    const text = fitted(caption, letter, cellWidth)
    const middle = { left: left + Math.floor((cellWidth - textWidth(text, letter)) / 2), top: gridTop + Math.floor((plan.gridHeight - textHeight(letter)) / 2) }
    drawText(canvas, text, { ...middle, size: letter, value: INK })
  }
  if (look.caption && set) drawText(canvas, fitted(caption, letter, cellWidth), { left, top: gridTop + plan.gridHeight + 2 * letter, size: letter, value: INK })
}

/** Sample i as in a PNG of samples: column i mod columns, row ⌊i / columns⌋, with the same gap. */
function drawGrid(canvas: Canvas, set: SampleSet, { columns, count, shapes, look }: Plan, run: number, { left, top }: { left: number; top: number }): void {
  const shape = shapes[run]!
  const values = intensities(set, look.what)
  const size = dimensionsOf(set.domain)
  const drawn = Math.min(count, Math.floor(values.length / size))
  const [stepX, stepY] = [shape.width * look.scale + GAP, shape.height * look.scale + GAP]
  fillRectangle(canvas, { left, top, width: columns * stepX - GAP, height: Math.ceil(count / columns) * stepY - GAP }, GAP_VALUE)
  for (let index = 0; index < drawn; index++) {
    const place = { left: left + (index % columns) * stepX, top: top + Math.floor(index / columns) * stepY, scale: look.scale }
    drawPicture(canvas, { ...shape, values: values.subarray(index * size, (index + 1) * size) }, place)
  }
}

function pictureShape(domain: Domain): { width: number; height: number; channels: number } {
  if (domain.kind === 'video') return pictureShape({ ...domain, kind: 'image', shape: domain.shape.slice(1) })
  if (domain.kind !== 'image' && domain.kind !== 'table') throw new UserError(`Samples of ${domain.kind} are not pictures.`, { mend: 'Export them as WAV.' })
  const [height = 1, width = 1, channels = 1] = domain.kind === 'image' ? domain.shape : [1, dimensionsOf(domain), 1]
  return { height, width, channels }
}
