import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { SampleSet } from '../../contract/records/samples'
import { drawText, fitted, textHeight, textWidth } from './bitmapText'
import { blankCanvas } from './canvas'
import { exportAnimation } from './evolution'
import { drawGalleryFrames } from './galleryFrames'
import { encodeGif, readGifComment, requireSize } from './gif'

interface Read {
  pages: number
  width: number
  height: number
  delay: number[]
  loop: number
  /** Of one page: RGB. */
  page(index: number): (x: number, y: number) => readonly number[]
}

async function readGif(bytes: Uint8Array): Promise<Read> {
  const { pages = 1, width, pageHeight, height, delay = [], loop = -1 } = await sharp(bytes, { animated: true }).metadata()
  const tall = pageHeight ?? height
  const { data, info } = await sharp(bytes, { animated: true }).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { pages, width, height: tall, delay, loop, page: (index) => (x, y) => [...data.subarray(((index * tall + y) * width + x) * info.channels, ((index * tall + y) * width + x) * info.channels + 3)] }
}

const sets = (channels: 1 | 3, levels: number, steps: readonly number[]): SampleSet[] =>
  steps.map((checkpointStep) => ({
    recipe: { runId: 'made-test-0001', checkpointStep, weights: 'ema', count: 3, seed: 7, temperature: 1, length: null, method: 'cached' },
    domain: { kind: 'image', shape: [2, 3, channels], levels, variableLength: false, encoding: 'linear' },
    levels: Uint8Array.from({ length: 18 * channels }, (_value, index) => (index * 7 + checkpointStep) % levels),
    means: null,
    logProb: [-1, -2, -3],
    seconds: 1,
    dimensionsPerSecond: 1,
  }))

const look = { columns: 2, scale: 4, what: 'samples', delay: 120, hold: 900, loop: true, caption: true } as const

describe('an animation of samples', () => {
  test.each([
    ['binary', 1, 2],
    ['grey', 1, 256],
    ['colours', 3, 4],
  ] as const)('of %s pictures reads back frame by frame, pixel by pixel', async (_name, channels, levels) => {
    const steps = [10, 11, 15]
    const own = sets(channels, levels, steps)
    const file = await exportAnimation({ ...look, sets: own })
    expect(file.name).toBe('made-test-0001-seed7.gif')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const read = await readGif(bytes)
    expect(read).toMatchObject({ pages: 3, width: 2 * (3 * 4 + 2) - 2, delay: [120, 120, 900], loop: 0 })
    own.forEach((set, frame) => {
      const at = read.page(frame)
      for (let sample = 0; sample < 3; sample++) {
        for (let pixel = 0; pixel < 6; pixel++) {
          const x = (sample % 2) * 14 + (pixel % 3) * 4 + 1
          const y = Math.floor(sample / 2) * 10 + Math.floor(pixel / 3) * 4 + 1
          const expected = [0, 1, 2].map((channel) => Math.round((set.levels[(sample * 6 + pixel) * channels + Math.min(channel, channels - 1)]! * 255) / (levels - 1)))
          expect(at(x, y), `frame ${frame}, sample ${sample}, pixel ${pixel}`).toEqual(expected)
        }
      }
    })
    const comment = JSON.parse(readGifComment(bytes)!) as { recipes: SampleSet['recipe'][] }
    expect(comment.recipes.map(({ checkpointStep }) => checkpointStep)).toEqual(steps)
  })

  test('frames that are alike stay frames, and it may end', async () => {
    const [set] = sets(1, 2, [4])
    const bytes = new Uint8Array(await (await exportAnimation({ ...look, loop: false, caption: false, sets: [set!, set!, set!] })).arrayBuffer())
    expect(await readGif(bytes)).toMatchObject({ pages: 3, loop: 1, height: 2 * (2 * 4 + 2) - 2 })
  })

  test('what cannot be one is refused with the mend', async () => {
    const [small] = sets(1, 2, [1])
    const wide: SampleSet = { ...small!, domain: { ...small!.domain, shape: [2, 4, 1] } }
    await expect(exportAnimation({ ...look, sets: [small!, wide] })).rejects.toThrow(/2 × 4 × 1 do not fit those of 2 × 3 × 1/)
    expect(() => requireSize({ width: 20_000, height: 10, frames: 1 })).toThrow(/20000×10/)
    expect(() => requireSize({ width: 1000, height: 1000, frames: 500 })).toThrow(/500 frames/)
  })
})

describe('galleries side by side', () => {
  const [set] = sets(1, 2, [20])
  const domain = set!.domain

  test('stand in cells of one size; where nothing was drawn, a plain area says so', () => {
    const cell = { set: set!, caption: 'step 20' }
    const [canvas] = drawGalleryFrames({ titles: ['One', 'Other'], domains: [domain, domain], count: 3, frames: [[cell, { set: null, caption: 'not drawn yet' }]] }, look)
    const cellWidth = 2 * (3 * 4 + 2) - 2
    expect(canvas).toMatchObject({ width: 2 * cellWidth + 6, channels: 1 })
    const titleHeight = textHeight(1) + 4
    const at = (x: number, y: number): number => canvas!.pixels[y * canvas!.width + x]!
    expect(at(1, titleHeight + 1)).toBe(set!.levels[0]! * 255)
    expect(at(cellWidth + 6, titleHeight)).toBe(224)
    expect(at(cellWidth + 2, titleHeight + 2)).toBe(255)
  })

  test.each([
    [1, 1, 1],
    [3, 3, 1],
    [4, 2, 2],
    [6, 3, 2],
  ])('%i runs stand in %i columns and %i rows', (runs, across, down) => {
    const cells = Array.from({ length: runs }, () => ({ set: set!, caption: '' }))
    const gallery = { titles: cells.map(() => null), domains: cells.map(() => domain), count: 3, frames: [cells] }
    const [canvas] = drawGalleryFrames(gallery, { ...look, caption: false })
    const margin = runs > 1 ? 6 : 0
    expect(canvas).toMatchObject({ width: across * (26 + margin) - margin, height: down * (18 + margin) - margin })
  })

  test('colours and greys beside each other become a picture of colours', () => {
    const [coloured] = sets(3, 4, [20])
    const [canvas] = drawGalleryFrames(
      { titles: [null, null], domains: [domain, coloured!.domain], count: 1, frames: [[{ set: set!, caption: '' }, { set: coloured!, caption: '' }]] },
      { ...look, caption: false },
    )
    expect(canvas!.channels).toBe(3)
    const grey = [...canvas!.pixels.subarray(0, 3)]
    expect(new Set(grey).size).toBe(1)
  })
})

describe('letters of pixels', () => {
  test('are where they should be, and what has no letter is a box', () => {
    const canvas = blankCanvas(12, 8, 1, 0)
    drawText(canvas, '1’', { left: 0, top: 0, size: 1, value: 9 })
    const rows = Array.from({ length: 8 }, (_value, row) => [...canvas.pixels.subarray(row * 12, row * 12 + 12)].map((value) => (value ? '#' : '.')).join(''))
    expect(rows.map((row) => row.slice(0, 5))).toEqual(['..#..', '.##..', '..#..', '..#..', '..#..', '..#..', '.###.', '.....'])
    expect(rows[0]?.slice(6, 11)).toBe('#####')
  })

  test('are cut to their room', () => {
    expect(textWidth('step 20', 2)).toBe((7 * 6 - 1) * 2)
    expect(fitted('step 20', 1, 41)).toBe('step 20')
    expect(fitted('step 20', 1, 40)).toBe('step…')
    expect(fitted('naïve', 1, 100)).toBe('naive')
    expect(fitted('step 20', 1, 8)).toBe('')
  })
})

test('a comment longer than one block of the file is read back whole', async () => {
  const comment = 'é'.repeat(400)
  const gif = await encodeGif([blankCanvas(2, 2, 1, 0), blankCanvas(2, 2, 1, 255)], { delays: [100, 100], loop: true, comment })
  expect(readGifComment(gif)).toBe(comment)
  expect((await readGif(gif)).pages).toBe(2)
})
