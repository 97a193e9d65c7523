import sharp from 'sharp'
import type { MadeFile } from './sampleFiles'
import { seededRandom } from './sampleFiles'

/** Small animated GIFs: a bright square of 2 × 2 pixels that moves one pixel a frame to the right, in 4 frames of 8 × 8. */
export function movingSquares(count = 30): Promise<MadeFile[]> {
  const random = seededRandom(13)
  const [frames, side] = [4, 8]
  return Promise.all(
    Array.from({ length: count }, async (_value, file) => {
      const [row, column] = [Math.floor(random() * 7), Math.floor(random() * 4)]
      const strip = Buffer.alloc(frames * side * side)
      for (let frame = 0; frame < frames; frame++)
        for (const pixel of [0, 1, side, side + 1]) strip[(frame * side + row) * side + column + frame + pixel] = 255
      const bytes = await sharp(strip, { raw: { width: side, height: frames * side, channels: 1, pageHeight: side } })
        .gif({ effort: 1, dither: 0, keepDuplicateFrames: true })
        .toBuffer()
      return { name: `square_${String(file).padStart(2, '0')}.gif`, bytes }
    }),
  )
}
