import sharp from 'sharp'
import { expect, it } from 'vitest'
import type { SampleSet } from '../../contract/records/samples'
import { videoDomain } from '../../ml/models/testSupport'
import { exportClips } from './clips'
import { readGifComment } from './gif'
import { imageGridPng } from './imageGrid'

/** Two clips of three frames of 1 × 2 pixels; the levels tell clip, frame and pixel apart. */
const levels = Uint8Array.of(0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15)
const set: SampleSet = {
  recipe: { runId: 'run', checkpointStep: 4, weights: 'ema', count: 2, seed: 9, temperature: 1, length: null, method: 'cached' },
  domain: videoDomain(3, 1, 2, 1, 16),
  levels,
  means: null,
  logProb: [-1, -2],
  seconds: 1,
  dimensionsPerSecond: 12,
}
const bright = (level: number): number => level * 17

it.each(['gif', 'webp'] as const)('clips play side by side as %s, a frame of each at a time', async (format) => {
  const file = await exportClips({ set, format, columns: 2, scale: 1, what: 'samples', delay: 80, loop: true })
  expect(file.name).toBe(`run-step4-seed9.${format}`)
  const bytes = Buffer.from(await file.arrayBuffer())
  const { pages, delay } = await sharp(bytes, { animated: true }).metadata()
  expect({ pages, delay }).toEqual({ pages: 3, delay: [80, 80, 80] })
  for (let frame = 0; frame < 3; frame++) {
    const { data, info } = await sharp(bytes, { page: frame }).removeAlpha().extractChannel(0).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([6, 1])
    const found = [data[0], data[1], data[4], data[5]]
    const expected = [2 * frame, 2 * frame + 1, 10 + 2 * frame, 11 + 2 * frame].map(bright)
    found.forEach((value, index) => expect(Math.abs(value! - expected[index]!)).toBeLessThanOrEqual(2))
  }
  if (format === 'gif') expect(JSON.parse(readGifComment(bytes)!)).toMatchObject({ recipe: { seed: 9 } })
})

it('a picture of clips has a row of frames for each', async () => {
  const { data, info } = await sharp(await imageGridPng(set, { scale: 1, what: 'samples' })).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([3 * 2 + 2 * 2, 1 + 2 + 1])
  const at = (row: number, column: number): number => data[(row * info.width + column) * info.channels]!
  expect([at(0, 0), at(0, 4), at(0, 9), at(3, 0), at(3, 9)]).toEqual([0, 2, 5, 10, 15].map(bright))
})

it('what is no video does not play', async () => {
  await expect(exportClips({ set: { ...set, domain: { ...set.domain, kind: 'image', shape: [3, 2, 1] } }, format: 'gif', scale: 1, what: 'samples', delay: 80, loop: true })).rejects.toThrow(/do not play/)
})
