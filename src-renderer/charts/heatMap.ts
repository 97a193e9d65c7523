import type { NllMap } from '../../src-main/contract'
import { viridis } from '../../src-main/contract/viridis'

export interface HeatMap {
  width: number
  height: number
  /** nats of each pixel: the sum over its channels. */
  nats: Float64Array
  /** Of the scale, which begins at zero; of a difference, its largest size in either direction. */
  highest: number
  total: number
  /** Places past the last dimension of a table. */
  empty: number
}

/** A map of the NLL as pixels. Tables are laid out in reading order into a near-square, as everywhere in the window. */
export function heatMapOf({ shape, nats }: NllMap, signed = false): HeatMap {
  const image = shape.length === 3
  const channels = image ? (shape[2] ?? 1) : 1
  const pixels = nats.length / channels
  const width = image ? (shape[1] ?? 1) : Math.ceil(Math.sqrt(pixels))
  const height = image ? (shape[0] ?? 1) : Math.ceil(pixels / width)
  const sums = new Float64Array(pixels)
  nats.forEach((value, index) => (sums[Math.floor(index / channels)]! += value))
  const total = sums.reduce((sum, value) => sum + value, 0)
  return { width, height, nats: sums, highest: sums.reduce((most, value) => Math.max(most, signed ? Math.abs(value) : value), 0), total, empty: width * height - pixels }
}

/** The map as RGBA, linear from zero to `highest`; places without a dimension stay transparent. */
export function paintHeatMap({ width, height, nats }: HeatMap, highest: number, signed = false): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4)
  nats.forEach((value, pixel) => {
    const share = highest > 0 ? value / highest : 0
    pixels.set(signed ? diverging(share) : viridis(share), pixel * 4)
    pixels[pixel * 4 + 3] = 255
  })
  return pixels
}

const [BELOW, NOUGHT, ABOVE] = [[0, 114, 178], [242, 242, 242], [213, 94, 0]] as const

/** The colour of a share −1…1: Okabe and Ito's blue below zero, vermilion above, light grey at zero. */
export function diverging(share: number): [number, number, number] {
  const [end, size] = [share < 0 ? BELOW : ABOVE, Math.min(1, Math.abs(share))]
  const mix = (channel: 0 | 1 | 2): number => Math.round(NOUGHT[channel] + size * (end[channel] - NOUGHT[channel]))
  return [mix(0), mix(1), mix(2)]
}

/** The scale as a CSS gradient: from zero on the left, or of differences with zero in the middle. */
export function heatGradient(stops = 16, signed = false): string {
  const colors = Array.from({ length: stops + 1 }, (_value, stop) => `rgb(${(signed ? diverging((2 * stop) / stops - 1) : viridis(stop / stops)).join(' ')})`)
  return `linear-gradient(to right, ${colors.join(', ')})`
}

/** One map less another of the same shape. */
export const differenceOf = (a: NllMap, b: NllMap): NllMap => ({ shape: a.shape, nats: a.nats.map((value, index) => value - (b.nats[index] ?? 0)) })
