import { randomSequence, streams } from '../hashRandom'
import type { RandomSequence } from '../hashRandom'
import type { Point } from './drawing'
import { arc, createCanvas, drawStroke, toIntensities } from './drawing'

/** Side of a glyph in pixels. */
export const GLYPH_SIDE = 28

const { PI } = Math

/** Ten glyphs as strokes in the unit square (x to the right, y down). */
const glyphs: readonly { name: string; strokes: (random: RandomSequence) => Point[][] }[] = [
  { name: 'ring', strokes: () => [arc({ x: 0.5, y: 0.5 }, 0.32, 0.42, 0, 2 * PI, 24)] },
  { name: 'bar', strokes: (random) => [[{ x: 0.5 + random.between(-0.04, 0.04), y: 0.08 }, { x: 0.5, y: 0.92 }]] },
  { name: 'wave', strokes: () => [[...arc({ x: 0.35, y: 0.5 }, 0.15, 0.28, PI, 2 * PI), ...arc({ x: 0.65, y: 0.5 }, 0.15, 0.28, PI, 0)]] },
  { name: 'hook', strokes: (random) => [[{ x: 0.62, y: 0.08 }, { x: 0.62, y: 0.65 }, ...arc({ x: 0.42, y: 0.65 }, 0.2, 0.25 + random.between(-0.05, 0.03), 0, PI)]] },
  { name: 'cross', strokes: (random) => [[{ x: 0.15, y: 0.15 }, { x: 0.85, y: 0.85 }], [{ x: 0.85, y: 0.15 }, { x: 0.15 + random.between(0, 0.1), y: 0.85 }]] },
  { name: 'plus', strokes: (random) => [[{ x: 0.5, y: 0.1 }, { x: 0.5, y: 0.9 }], [{ x: 0.12, y: 0.5 + random.between(-0.12, 0.08) }, { x: 0.88, y: 0.5 }]] },
  { name: 'zigzag', strokes: (random) => [[{ x: 0.15, y: 0.14 }, { x: 0.85, y: 0.14 }, { x: 0.15 + random.between(0, 0.1), y: 0.86 }, { x: 0.85, y: 0.86 }]] },
  { name: 'tent', strokes: (random) => [[{ x: 0.12, y: 0.9 }, { x: 0.5, y: 0.1 }, { x: 0.88, y: 0.9 }], ...(random.uniform() < 0.5 ? [[{ x: 0.3, y: 0.58 }, { x: 0.7, y: 0.58 }]] : [])] },
  { name: 'knot', strokes: () => [arc({ x: 0.5, y: 0.3 }, 0.2, 0.2, 0, 2 * PI, 20), arc({ x: 0.5, y: 0.7 }, 0.26, 0.22, 0, 2 * PI, 20)] },
  { name: 'spiral', strokes: (random) => [spiral(random.between(1.4, 1.9))] },
]

function spiral(turns: number): Point[] {
  return Array.from({ length: 37 }, (_, i) => {
    const angle = (i / 36) * turns * 2 * PI
    const radius = 0.05 + 0.4 * (i / 36)
    return { x: 0.5 + radius * Math.cos(angle), y: 0.5 + radius * Math.sin(angle) }
  })
}

export const glyphNames: readonly string[] = glyphs.map(({ name }) => name)

/**
 * One glyph [28 × 28] of grey intensities: a class drawn with its own slant, size, place, thickness and a slight tremor of the hand,
 * so that the pixels depend on each other as those of handwriting do.
 */
export function drawGlyph(seed: number, index: number): { pixels: Uint8Array; label: number } {
  const random = randomSequence(seed, streams.generator, index)
  const label = random.integer(glyphs.length)
  const canvas = createCanvas(GLYPH_SIDE, GLYPH_SIDE)
  const angle = 0.16 * random.normal()
  const slant = 0.14 * random.normal()
  const scaleX = GLYPH_SIDE * random.between(0.56, 0.74)
  const scaleY = GLYPH_SIDE * random.between(0.62, 0.76)
  const shift = { x: 0.9 * random.normal(), y: 0.9 * random.normal() }
  const thickness = random.between(1.7, 3.3)
  const bend = { amplitude: 0.03 * random.normal(), phase: random.between(0, 2 * PI) }
  for (const stroke of glyphs[label]!.strokes(random)) {
    const points = stroke.map(({ x, y }) => {
      const trembled = { x: x - 0.5 + bend.amplitude * Math.sin(2 * PI * y + bend.phase) + 0.008 * random.normal(), y: y - 0.5 + 0.008 * random.normal() }
      const slanted = { x: (trembled.x - slant * trembled.y) * scaleX, y: trembled.y * scaleY }
      return {
        x: GLYPH_SIDE / 2 + shift.x + slanted.x * Math.cos(angle) - slanted.y * Math.sin(angle),
        y: GLYPH_SIDE / 2 + shift.y + slanted.x * Math.sin(angle) + slanted.y * Math.cos(angle),
      }
    })
    drawStroke(canvas, points, thickness)
  }
  return { pixels: toIntensities(canvas), label }
}
