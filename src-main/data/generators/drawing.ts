/** A grey canvas [height × width] with ink 0…1, drawn with soft edges one pixel wide. */
export interface Canvas {
  width: number
  height: number
  ink: Float32Array
}

export interface Point {
  x: number
  y: number
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, ink: new Float32Array(width * height) }
}

/** Draws a stroke of the given thickness along a chain of points, in pixels: ink falls off over one pixel around its edge. */
export function drawStroke(canvas: Canvas, points: readonly Point[], thickness: number): void {
  for (let i = 0; i + 1 < points.length; i++) drawSegment(canvas, points[i]!, points[i + 1]!, thickness)
}

function drawSegment({ width, height, ink }: Canvas, a: Point, b: Point, thickness: number): void {
  const reach = thickness / 2 + 1
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const squared = dx * dx + dy * dy || 1
  const right = Math.min(width - 1, Math.ceil(Math.max(a.x, b.x) + reach))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(a.y, b.y) + reach))
  for (let y = Math.max(0, Math.floor(Math.min(a.y, b.y) - reach)); y <= bottom; y++)
    for (let x = Math.max(0, Math.floor(Math.min(a.x, b.x) - reach)); x <= right; x++) {
      const along = Math.max(0, Math.min(1, ((x + 0.5 - a.x) * dx + (y + 0.5 - a.y) * dy) / squared))
      const offX = x + 0.5 - a.x - along * dx
      const offY = y + 0.5 - a.y - along * dy
      const value = Math.max(0, Math.min(1, reach - 0.5 - Math.sqrt(offX * offX + offY * offY)))
      if (value > ink[y * width + x]!) ink[y * width + x] = value
    }
}

/** Points on the arc of an ellipse from one angle to another, in radians, clockwise from the right. */
export function arc(center: Point, radiusX: number, radiusY: number, from: number, to: number, steps = 14): Point[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = from + ((to - from) * i) / steps
    return { x: center.x + radiusX * Math.cos(angle), y: center.y + radiusY * Math.sin(angle) }
  })
}

/** Ink -> intensities 0…255. */
export function toIntensities(canvas: Canvas): Uint8Array {
  return Uint8Array.from(canvas.ink, (ink) => Math.round(255 * ink))
}
