import { randomSequence, streams } from '../hashRandom'
import type { RandomSequence } from '../hashRandom'

/** Side of a texture in pixels. */
export const TEXTURE_SIDE = 32

type Colour = [number, number, number]
/** Value 0…1 at a place of the unit square. */
type Field = (x: number, y: number) => number

const kinds: readonly { name: string; field: (random: RandomSequence) => Field }[] = [
  { name: 'stripes', field: (random) => gratings(random, 1) },
  { name: 'checks', field: checks },
  { name: 'weave', field: (random) => gratings(random, 2) },
  { name: 'spots', field: spots },
  { name: 'clouds', field: clouds },
]

export const textureNames: readonly string[] = kinds.map(({ name }) => name)

/** One texture [32 × 32 × 3] between two colours, with lighting from one side and slight grain. */
export function drawTexture(seed: number, index: number): { pixels: Uint8Array; label: number } {
  const random = randomSequence(seed, streams.generator, index)
  const label = random.integer(kinds.length)
  const field = kinds[label]!.field(random)
  const hue = random.uniform()
  const dark = colour(hue, random.between(0.3, 0.8), random.between(0.1, 0.4))
  const light = colour(hue + random.between(-0.15, 0.15), random.between(0.2, 0.7), random.between(0.65, 0.98))
  const lighting = { x: 0.15 * random.normal(), y: 0.15 * random.normal() }
  const pixels = new Uint8Array(TEXTURE_SIDE * TEXTURE_SIDE * 3)
  for (let row = 0; row < TEXTURE_SIDE; row++)
    for (let column = 0; column < TEXTURE_SIDE; column++) {
      const x = (column + 0.5) / TEXTURE_SIDE
      const y = (row + 0.5) / TEXTURE_SIDE
      const mix = field(x, y)
      const shade = 1 + lighting.x * (x - 0.5) + lighting.y * (y - 0.5) + 0.015 * random.normal()
      for (let c = 0; c < 3; c++) pixels[(row * TEXTURE_SIDE + column) * 3 + c] = Math.max(0, Math.min(255, Math.round(255 * shade * (dark[c]! + (light[c]! - dark[c]!) * mix))))
    }
  return { pixels, label }
}

/** Luminance (ITU-R BT.601) of RGB intensities. */
export function toGrey(pixels: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 3 }, (_, i) => Math.round(0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!))
}

function smoothStep(value: number): number {
  const clamped = Math.max(0, Math.min(1, value))
  return clamped * clamped * (3 - 2 * clamped)
}

/** One grating, or two at right angles. */
function gratings(random: RandomSequence, count: 1 | 2): Field {
  const angle = random.between(0, Math.PI)
  const frequency = random.between(2, 6)
  const phase = random.between(0, 2 * Math.PI)
  const sharpness = random.between(0.6, 2.5)
  const wave = (t: number) => smoothStep(0.5 + 0.5 * sharpness * Math.sin(2 * Math.PI * frequency * t + phase))
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return (x, y) => (count === 1 ? wave(x * cos + y * sin) : 0.5 * (wave(x * cos + y * sin) + wave(y * cos - x * sin)))
}

function checks(random: RandomSequence): Field {
  const angle = random.between(-0.5, 0.5)
  const frequency = random.between(2, 5)
  const shift = { x: random.uniform(), y: random.uniform() }
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return (x, y) => {
    const u = Math.sin(Math.PI * frequency * (x * cos + y * sin + shift.x))
    const v = Math.sin(Math.PI * frequency * (y * cos - x * sin + shift.y))
    return smoothStep(0.5 + 4 * u * v)
  }
}

function spots(random: RandomSequence): Field {
  const centers = Array.from({ length: 4 + random.integer(8) }, () => ({ x: random.uniform(), y: random.uniform(), radius: random.between(0.06, 0.16) }))
  return (x, y) => Math.max(...centers.map(({ x: cx, y: cy, radius }) => smoothStep(0.5 + (radius - Math.hypot(x - cx, y - cy)) * 16)))
}

/** Value noise in three octaves. */
function clouds(random: RandomSequence): Field {
  const octaves = [4, 8, 16].map((cells) => ({ cells, weight: 2.2 / cells, values: Float32Array.from({ length: (cells + 2) ** 2 }, () => random.uniform()) }))
  return (x, y) => {
    let sum = 0
    let weights = 0
    for (const { cells, weight, values } of octaves) {
      const [u, v] = [x * cells, y * cells]
      const [column, row] = [Math.floor(u), Math.floor(v)]
      const [s, t] = [smoothStep(u - column), smoothStep(v - row)]
      const at = (r: number, c: number) => values[r * (cells + 2) + c]!
      const top = at(row, column) * (1 - s) + at(row, column + 1) * s
      const bottom = at(row + 1, column) * (1 - s) + at(row + 1, column + 1) * s
      sum += weight * (top * (1 - t) + bottom * t)
      weights += weight
    }
    return smoothStep(0.5 + 1.6 * (sum / weights - 0.5))
  }
}

/** Hue, saturation, lightness, each 0…1 -> RGB 0…1. */
function colour(hue: number, saturation: number, lightness: number): Colour {
  const amplitude = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number) => {
    const position = (((offset + hue * 12) % 12) + 12) % 12
    return lightness - amplitude * Math.max(-1, Math.min(position - 3, 9 - position, 1))
  }
  return [channel(0), channel(8), channel(4)]
}
