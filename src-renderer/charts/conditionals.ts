import type { Domain, LevelArray, ExampleConditionals } from '../../src-main/contract'
import { dimensionsOf } from '../../src-main/contract'

/** The conditionals of one example, ready to be read pixel by pixel. */
export interface ConditionalTable {
  domain: Domain
  /** D levels. */
  levels: LevelArray
  /** D × K probabilities. */
  masses: Float32Array
  /** D */
  nats: Float32Array
}

/** What one conditional says. */
export interface Reading {
  dimension: number
  level: number
  /** K probabilities. */
  masses: Float32Array
  probability: number
  nats: number
  /** Of the whole conditional, in bits. */
  entropyBits: number
  /** 1: the true value is the most probable; ties share the better place. */
  rank: number
  mode: number
}

const floats = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer)

export function conditionalTable({ domain, levels, masses, nats }: ExampleConditionals): ConditionalTable {
  return { domain, levels, masses: floats(masses), nats: floats(nats) }
}

export function readingOf({ domain, levels, masses, nats }: ConditionalTable, dimension: number): Reading {
  const own = masses.subarray(dimension * domain.levels, (dimension + 1) * domain.levels)
  const level = levels[dimension] ?? 0
  const mass = own[level] ?? 0
  let [entropy, above, mode] = [0, 0, 0]
  own.forEach((other, k) => {
    if (other > 0) entropy -= other * Math.log2(other)
    if (other > mass) above++
    if (other > (own[mode] ?? 0)) mode = k
  })
  const surprise = nats[dimension] ?? 0
  return { dimension, level, masses: own, probability: Math.exp(-surprise), nats: surprise, entropyBits: Math.max(0, entropy), rank: above + 1, mode }
}

/** Where a dimension lies: in an image by row, column and channel, in a table in reading order of the picture that stands for it. */
export interface Place {
  x: number
  y: number
  channel: number
}

export function dimensionAt(domain: Pick<Domain, 'kind' | 'shape'>, { x, y, channel }: Place, width: number): number {
  const channels = domain.kind === 'image' ? (domain.shape[2] ?? 1) : 1
  return Math.min(dimensionsOf(domain) - 1, (y * width + x) * channels + channel)
}

/** Bars of the masses as one SVG path in a box of 0…width by 0…height, the highest filling it; zero bars are left out. */
export function barsPath(masses: ArrayLike<number>, width: number, height: number, highest: number, gap = 0): string {
  const step = width / masses.length
  const bar = step * (1 - gap)
  let path = ''
  for (let k = 0; k < masses.length; k++) {
    const tall = highest > 0 ? ((masses[k] ?? 0) / highest) * height : 0
    if (tall < 0.05) continue
    path += `M${round(k * step + (step - bar) / 2)} ${round(height)}v${round(-tall)}h${round(bar)}v${round(tall)}z`
  }
  return path
}

const round = (value: number): number => Math.round(value * 100) / 100

/** The sum of the NLLs of one channel, or of all (null), as a map in the layout of the example. */
export function natsOfChannel(nats: ArrayLike<number>, shape: readonly number[], channel: number | null): { shape: number[]; nats: number[] } {
  const channels = shape.length === 3 ? (shape[2] ?? 1) : 1
  if (channel === null || channels === 1) return { shape: [...shape], nats: Array.from(nats) }
  return { shape: [...shape.slice(0, -1), 1], nats: Array.from({ length: nats.length / channels }, (_value, pixel) => nats[pixel * channels + channel] ?? 0) }
}
