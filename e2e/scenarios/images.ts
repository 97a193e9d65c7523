import { expect } from '@playwright/test'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Brightness } from '../support/canvas'
import { brightnessOf, brightnessOfCanvas } from '../support/canvas'
import type { Door } from '../support/door'
import { parseSafetensors } from '../support/parseSafetensors'
import { datasetRecords, metricSteps, runRecords } from '../support/runRecords'
import { idxGlyphFiles } from '../support/sampleFiles'

/** From dropped IDX files to an exported picture and an exported model, with the studio killed in between. */
export async function imagesFromDropToExport(door: Door): Promise<void> {
  const { independent } = await importGlyphs(door)
  const trained = await trainMade(door, independent)
  await lookAtSamples(door)

  await door.restart('SIGKILL')
  await trainFurther(door, trained)
  await exportPicture(door, trained.id)
  await exportModel(door, trained.id)
}

async function importGlyphs(door: Door): Promise<{ independent: number }> {
  const { data } = studioPages(door.page)
  await data.drop(idxGlyphFiles())
  await expect(data.recognised).toContainText(/IDX/i)
  await expect(data.page.getByTestId('import-name')).toHaveValue('Images')
  await data.binarise('Threshold')
  await data.import('Glyphs')
  const [dataset] = datasetRecords(door.home)
  expect(dataset?.domain).toMatchObject({ kind: 'image', shape: [28, 28, 1], levels: 2, classes: 10 })
  expect(dataset?.counts.test).toBe(100)
  expect((dataset?.counts.train ?? 0) + (dataset?.counts.valid ?? 0)).toBe(600)
  expect(dataset?.rejected).toEqual([])
  const independent = dataset?.statistics.independentNats ?? 0
  expect(independent).toBeGreaterThan(10)
  return { independent }
}

async function trainMade(door: Door, independent: number): Promise<{ id: string; best: number }> {
  const { shell, models, train } = studioPages(door.page)
  await shell.open('models')
  await models.choose('made', 'small')
  await models.budget({ steps: 120 })
  await models.set('batchSize', 50)
  await models.start()
  await shell.open('train')
  await expect.poll(async () => (await train.expectValid(), figure(train.best)), { timeout: 60_000 }).toBeLessThan(independent)
  await train.expectStatus('Completed')
  const [run] = runRecords(door.home)
  expect(run).toMatchObject({ status: 'completed', error: null, progress: { step: 120 } })
  const best = run?.best?.nats ?? Number.POSITIVE_INFINITY
  expect(best).toBeLessThan(independent)
  expectGlyphs(await brightnessOfCanvas(train.gallery))
  return { id: run?.id ?? '', best }
}

async function lookAtSamples(door: Door): Promise<void> {
  const { shell, samples } = studioPages(door.page)
  await shell.open('samples')
  await samples.draw()
  expectGlyphs(await brightnessOfCanvas(samples.canvas))
}

async function trainFurther(door: Door, trained: { id: string; best: number }): Promise<void> {
  const { shell, train } = studioPages(door.page)
  await shell.open('train')
  await expect(train.rows).toHaveCount(1)
  await train.select()
  await train.expectStatus('Completed')
  expect(await figure(train.best)).toBeCloseTo(trained.best, 0)
  await train.trainFurther({ steps: 200 })
  await expect.poll(() => runRecords(door.home)[0]?.progress.step, { timeout: 60_000 }).toBe(200)
  await train.expectStatus('Completed')
  const steps = metricSteps(door.home, trained.id)
  expect(steps).toEqual([...steps].sort((first, second) => first - second))
  expect(steps.at(-1)).toBe(200)
  expect(runRecords(door.home)[0]?.best?.nats).toBeLessThan(trained.best)
}

async function exportPicture(door: Door, runId: string): Promise<void> {
  const { shell, samples } = studioPages(door.page)
  await shell.open('samples')
  await samples.setCount(12)
  await samples.setSeed(5)
  await samples.draw()
  const { name, bytes } = await door.save(() => samples.exportPng())
  expect(name).toMatch(/\.png$/)
  const picture = await sharp(bytes).metadata()
  expect(picture.format).toBe('png')
  // Twelve tiles of whole pixels, however they are laid out, and at most a thin line between them.
  const tiles = (picture.width * picture.height) / 12
  const scale = Math.floor(Math.sqrt(tiles) / 28)
  expect(scale).toBeGreaterThanOrEqual(1)
  expect(tiles / (28 * scale) ** 2).toBeLessThan(1.35)
  expectGlyphs(await brightnessOf(bytes))
  const comments = new Map(picture.comments?.map(({ keyword, text }) => [keyword.replace(/^png-comment-\d+-/, ''), text]))
  const recipe: unknown = JSON.parse(comments.get('chainrule:recipe') ?? '{}')
  expect(recipe).toMatchObject({ runId, count: 12, seed: 5, temperature: 1 })
  expect(recipe).toHaveProperty('checkpointStep', runRecords(door.home)[0]?.best?.step)

  // The same recipe draws the same pixels again.
  await samples.setSeed(6)
  await samples.draw()
  await samples.setSeed(5)
  await samples.draw()
  const again = await door.save(() => samples.exportPng())
  const pixels = (png: Buffer): Promise<Buffer> => sharp(png).raw().toBuffer()
  expect(Buffer.compare(await pixels(again.bytes), await pixels(bytes))).toBe(0)
}

async function exportModel(door: Door, runId: string): Promise<void> {
  const { shell, checkpoints } = studioPages(door.page)
  await shell.open('checkpoints')
  await expect(checkpoints.row(200)).toBeVisible()
  await checkpoints.note(200, 'the last one')
  const { bytes } = await door.save(() => checkpoints.choose(200, 'Export model'))
  const files = unzipSync(bytes)
  const document = JSON.parse(Buffer.from(files['model.json'] ?? []).toString('utf8')) as {
    run: { id: string }
    checkpoint: { step: number }
  }
  expect(document).toMatchObject({ run: { id: runId }, checkpoint: { step: 200 } })
  const weights = Object.entries(files).find(([name]) => name.endsWith('.safetensors'))?.[1]
  const tensors = parseSafetensors(weights ?? new Uint8Array())
  const count = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0)
  expect(count).toBe(runRecords(door.home)[0]?.parameters)
  expect([...tensors.values()].every(({ values }) => values.every(Number.isFinite))).toBe(true)
}

/** Thin white strokes on black: neither noise, nor empty, nor full. */
function expectGlyphs({ bright, dark }: Brightness): void {
  expect(bright).toBeGreaterThan(0.005)
  expect(bright).toBeLessThan(0.4)
  expect(dark).toBeGreaterThan(0.5)
}
