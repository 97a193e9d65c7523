import type { CompletionMask } from '../../src-main/contract'

/** What is done to an image: a side of it is kept, or a part rubbed out. */
export const imageTools = ['top', 'left', 'bottom', 'right', 'rectangle', 'brush'] as const
/** Of clips and tables, the first part is kept. */
export const maskTools = [...imageTools, 'first'] as const
export type MaskTool = (typeof maskTools)[number]

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}
export interface Size {
  width: number
  height: number
}
export interface MaskDraft {
  tool: MaskTool
  /** Share of the height or width that stays. */
  fraction: number
  rectangle: Rectangle
  /** H·W bytes: 1 = rubbed out by the brush. */
  strokes: Uint8Array<ArrayBuffer>
}

/** The middle of an image, a quarter of it. */
export function middle({ width, height }: Size): Rectangle {
  const [w, h] = [Math.max(1, Math.round(width / 2)), Math.max(1, Math.round(height / 2))]
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h }
}

/** The mask as the studio is asked for it. */
export function maskOf({ tool, fraction, rectangle, strokes }: MaskDraft): CompletionMask {
  if (tool === 'rectangle') return { kind: 'rectangle', ...rectangle }
  if (tool === 'brush') return { kind: 'pixels', unknown: strokes }
  return { kind: 'keep', side: tool, fraction }
}

/** The rectangle between two pixels, both of them inside it. */
export function rectangleBetween(from: readonly [number, number], to: readonly [number, number], size: Size): Rectangle {
  const inside = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value))
  const [x1, x2] = [inside(from[0], size.width), inside(to[0], size.width)]
  const [y1, y2] = [inside(from[1], size.height), inside(to[1], size.height)]
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1) + 1, height: Math.abs(y2 - y1) + 1 }
}

/** Moves a rectangle, or with `resize` its lower right corner, without leaving the image. */
export function nudged(rectangle: Rectangle, [dx, dy]: readonly [number, number], resize: boolean, size: Size): Rectangle {
  const { x, y, width, height } = rectangle
  if (resize)
    return { x, y, width: Math.min(size.width - x, Math.max(1, width + dx)), height: Math.min(size.height - y, Math.max(1, height + dy)) }
  return { x: Math.min(size.width - width, Math.max(0, x + dx)), y: Math.min(size.height - height, Math.max(0, y + dy)), width, height }
}

/** A rectangle that fits an image of another size: the middle where it does not. */
export function fitted(rectangle: Rectangle, size: Size): Rectangle {
  return rectangle.x + rectangle.width <= size.width && rectangle.y + rectangle.height <= size.height ? rectangle : middle(size)
}

/** Strokes with a round brush along the line between two pixels: 1 rubs out, 0 brings back. */
export function brushed(
  strokes: Uint8Array<ArrayBuffer>,
  from: readonly [number, number],
  to: readonly [number, number],
  options: { radius: number; value: 0 | 1; size: Size },
): Uint8Array<ArrayBuffer> {
  const { radius, value, size } = options
  const next = strokes.slice()
  const steps = Math.max(1, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))
  for (let step = 0; step <= steps; step++) {
    const cx = Math.round(from[0] + ((to[0] - from[0]) * step) / steps)
    const cy = Math.round(from[1] + ((to[1] - from[1]) * step) / steps)
    const reach = Math.ceil(radius)
    for (let y = Math.max(0, cy - reach); y <= Math.min(size.height - 1, cy + reach); y++) {
      for (let x = Math.max(0, cx - reach); x <= Math.min(size.width - 1, cx + reach); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2) next[y * size.width + x] = value
      }
    }
  }
  return next
}

/** A brush that is a tenth of the image across, and never less than one pixel. */
export function brushRadius({ width, height }: Size): number {
  return Math.max(0.5, Math.max(width, height) / 20)
}
