import type { NllMap } from '../../src-main/contract'
import { viridis } from '../../src-main/contract/viridis'

export interface HeatMap {
  width: number
  height: number
  /** nats of each pixel: the sum over its channels. */
  nats: Float64Array
  /** Of the scale, which begins at zero. */
  highest: number
  total: number
  /** Places past the last dimension of a table. */
  empty: number
}

/** A map of the NLL as pixels. Tables are laid out in reading order into a near-square, as everywhere in the window. */
export function heatMapOf({ shape, nats }: NllMap): HeatMap {
  const image = shape.length === 3
  const channels = image ? (shape[2] ?? 1) : 1
  const pixels = nats.length / channels
  const width = image ? (shape[1] ?? 1) : Math.ceil(Math.sqrt(pixels))
  const height = image ? (shape[0] ?? 1) : Math.ceil(pixels / width)
  const sums = new Float64Array(pixels)
  nats.forEach((value, index) => (sums[Math.floor(index / channels)]! += value))
  const total = sums.reduce((sum, value) => sum + value, 0)
  return { width, height, nats: sums, highest: sums.reduce((most, value) => Math.max(most, value), 0), total, empty: width * height - pixels }
}

/** The map as RGBA, linear from zero to `highest`; places without a dimension stay transparent. */
export function paintHeatMap({ width, height, nats }: HeatMap, highest: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4)
  nats.forEach((value, pixel) => {
    pixels.set(viridis(highest > 0 ? value / highest : 0), pixel * 4)
    pixels[pixel * 4 + 3] = 255
  })
  return pixels
}

/** The scale as a CSS gradient, from zero on the left. */
export function heatGradient(stops = 16): string {
  const colors = Array.from({ length: stops + 1 }, (_value, stop) => `rgb(${viridis(stop / stops).join(' ')})`)
  return `linear-gradient(to right, ${colors.join(', ')})`
}
