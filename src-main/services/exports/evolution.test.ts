import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import sharp from 'sharp'
import type { SampleSet } from '../../contract/records/samples'
import type { TestStudio } from '../testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from '../testStudio'
import { readGifComment } from './gif'
import { readPngText } from './pngText'

let studio: TestStudio
let [long, short] = ['', '']
beforeAll(async () => {
  studio = await openTestStudio(await temporaryHome())
  const { client } = studio
  long = (await client.runs.create({ ...smallRun, name: 'Long' })).id
  short = (await client.runs.create({ ...smallRun, name: 'Short', budget: { steps: 40 } })).id
  await until(studio, short, 'completed')
}, 120_000)
afterAll(() => studio.close())

const bytesOf = async (file: File): Promise<Buffer> => Buffer.from(await file.arrayBuffer())

test('each frame of a gallery knows its training time and its NLL', async () => {
  const { client } = studio
  const frames = await client.runs.galleryFrames({ id: long })
  const valid = (await client.runs.metrics({ id: long })).filter(({ kind }) => kind === 'valid')
  expect(frames.map(({ step }) => step)).toEqual(await client.runs.gallery({ id: long }))
  expect(frames.map(({ step, seconds, valid }) => ({ step, seconds, nats: valid?.nats }))).toEqual(valid.map(({ step, seconds, nats }) => ({ step, seconds, nats })))
})

test('one run as a GIF: a page for each checkpoint, of the very samples that training drew', async () => {
  const { client } = studio
  const file = await client.exports.evolution({ runIds: [long], scale: 3, delay: 100, hold: 500, columns: 2 })
  expect(file.name).toBe(`${long}-evolution.gif`)
  const bytes = await bytesOf(file)
  const { pages, width, pageHeight, delay } = await sharp(bytes, { animated: true }).metadata()
  const steps = await client.runs.gallery({ id: long })
  const { domain } = await client.runs.gallerySamples({ id: long, step: steps[0]! })
  const [height = 0, across = 0] = domain.shape
  expect({ pages, width, delay }).toEqual({ pages: 3, width: 2 * (across * 3 + 2) - 2, delay: [100, 100, 500] })
  expect(pageHeight).toBeGreaterThan(2 * (height * 3 + 2) - 2)
  for (const [page, step] of steps.entries()) {
    const set: SampleSet = await client.runs.gallerySamples({ id: long, step })
    const { data, info } = await sharp(bytes, { page }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    for (let sample = 0; sample < 4; sample++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < across; x++) {
          const [left, top] = [(sample % 2) * (across * 3 + 2) + x * 3 + 1, Math.floor(sample / 2) * (height * 3 + 2) + y * 3 + 1]
          expect(data[(top * info.width + left) * info.channels]).toBe(set.levels[sample * across * height + y * across + x]! * 255)
        }
      }
    }
  }
  expect(JSON.parse(readGifComment(bytes)!)).toMatchObject({ runs: [{ id: long }], moments: steps.map((step) => ({ steps: [step] })) })
})

test('runs side by side: by step, by time, by the NLL they have reached', async () => {
  const { client } = studio
  const runIds = [long, short]
  const alone = await sharp(await bytesOf(await client.exports.evolution({ runIds: [long] })), { animated: true }).metadata()
  const bytes = await bytesOf(await client.exports.evolution({ runIds }))
  const both = await sharp(bytes, { animated: true }).metadata()
  expect(both.pages).toBe(3)
  expect(both.width).toBeGreaterThan(2 * alone.width)
  const comment = JSON.parse(readGifComment(bytes)!) as { moments: { steps: (number | null)[] }[] }
  expect(comment.moments.map(({ steps }) => steps)).toEqual([[20, 20], [40, 40], [60, 40]])
  const times = JSON.parse(readGifComment(await bytesOf(await client.exports.evolution({ runIds, axis: 'seconds' })))!) as { moments: { value: number }[] }
  expect(times.moments).toHaveLength(5)
  expect(times.moments.map(({ value }) => value)).toEqual(times.moments.map(({ value }) => value).toSorted((a, b) => a - b))
  // One picture of the moment asked for.
  const png = await bytesOf(await client.exports.evolution({ runIds, axis: 'nll', format: 'png', at: 0 }))
  const last = (JSON.parse(readPngText(png)['chainrule:evolution']!) as { moments: { steps: (number | null)[] }[] }).moments
  expect(last).toHaveLength(1)
  const [best] = [...(await client.runs.galleryFrames({ id: long })), ...(await client.runs.galleryFrames({ id: short }))].sort((a, b) => a.valid!.nats - b.valid!.nats)
  expect(last[0]!.steps).toContain(best!.step)
})

test('fewer frames than there are keep the first and the last', async () => {
  const { client } = studio
  const comment = JSON.parse(readGifComment(await bytesOf(await client.exports.evolution({ runIds: [long], frames: 2 })))!) as { moments: { value: number }[] }
  expect(comment.moments.map(({ value }) => value)).toEqual([20, 60])
})

test('what cannot be shown says why', async () => {
  const { client } = studio
  await expect(client.exports.evolution({ runIds: [long, long] })).rejects.toThrow(/named twice/)
  await rm(join(studio.home, 'runs', short, 'gallery'), { recursive: true })
  await expect(client.exports.evolution({ runIds: [short] })).rejects.toThrow(/Short: training has drawn no gallery samples/)
  // Beside another, its place stays empty.
  const comment = JSON.parse(readGifComment(await bytesOf(await client.exports.evolution({ runIds: [long, short] })))!) as { moments: { steps: (number | null)[] }[] }
  expect(comment.moments.map(({ steps }) => steps)).toEqual([[20, null], [40, null], [60, null]])
})
