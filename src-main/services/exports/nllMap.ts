import sharp from 'sharp'
import type { NllMap } from '../../contract/likelihood'
import { viridis } from '../../contract/viridis'
import { UserError } from '../../data/userError'
import { withPngText } from './pngText'

const LARGEST_SIDE = 16_384

/**
 * The mean NLL of each pixel (the sum over its channels) as a picture: linear from 0 to the highest. The range in nats and the shape are in its
 * text chunks. Tables are one row.
 */
export async function nllMapPng({ shape, nats }: NllMap, scale: number): Promise<Buffer> {
  const [height, width, channels] = shape.length === 3 ? (shape as [number, number, number]) : [1, nats.length, 1]
  if (Math.max(width, height) * scale > LARGEST_SIDE)
    throw new UserError(`The map would be ${width * scale}×${height * scale} pixels.`, { field: 'scale', mend: `Choose a smaller scale; a side may have ${LARGEST_SIDE}.` })
  const sums = Float64Array.from({ length: width * height }, (_value, pixel) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += nats[pixel * channels + channel]!
    return sum
  })
  const highest = sums.reduce((most, value) => Math.max(most, value), 0)
  const pixels = new Uint8Array(width * scale * height * scale * 3)
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const value = sums[Math.floor(y / scale) * width + Math.floor(x / scale)]!
      pixels.set(viridis(highest > 0 ? value / highest : 0), (y * width * scale + x) * 3)
    }
  }
  const png = await sharp(pixels, { raw: { width: width * scale, height: height * scale, channels: 3 } }).png().toBuffer()
  return withPngText(png, { Software: 'Chainrule', 'chainrule:map': JSON.stringify({ shape, scale, lowest: Math.min(...sums), highest, unit: 'nats/pixel' }) })
}
