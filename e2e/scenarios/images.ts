import { expect } from '@playwright/test'
import sharp from 'sharp'
import { DataPage } from '../page-models/dataPage'
import { ModelsPage } from '../page-models/modelsPage'
import { SamplesPage } from '../page-models/samplesPage'
import { Shell } from '../page-models/shell'
import { figure, TrainPage } from '../page-models/trainPage'
import { coloursIn, coloursShown } from '../support/canvas'
import type { Door } from '../support/door'
import { datasetRecords, metricSteps, runRecords } from '../support/runRecords'
import { idxGlyphFiles } from '../support/sampleFiles'

/** From dropped IDX files to an exported picture, with the studio killed in between. */
export async function imagesFromDropToExport(door: Door): Promise<void> {
  const { page } = door
  const shell = new Shell(page)
  const data = new DataPage(page)
  const models = new ModelsPage(page)
  const train = new TrainPage(page)
  const samples = new SamplesPage(page)

  await data.drop(idxGlyphFiles())
  await expect(data.recognised).toContainText(/IDX/i)
  await expect(page.getByTestId('import-name')).toHaveValue('Images')
  await data.binarise('Threshold')
  await data.import('Glyphs')
  const [dataset] = datasetRecords(door.home)
  expect(dataset?.domain).toMatchObject({ kind: 'image', shape: [28, 28, 1], levels: 2, classes: 10 })
  expect(dataset?.counts.test).toBe(100)
  expect((dataset?.counts.train ?? 0) + (dataset?.counts.valid ?? 0)).toBe(600)
  expect(dataset?.rejected).toEqual([])

  await shell.open('models')
  await models.choose('made', 'small')
  await models.budget({ steps: 120 })
  await models.set('batchSize', 50)
  await models.start()
  await shell.open('train')
  const independent = dataset?.statistics.independentNats ?? 0
  expect(independent).toBeGreaterThan(10)
  await expect.poll(async () => (await train.expectValid(), figure(train.best)), { timeout: 60_000 }).toBeLessThan(independent)
  await train.expectStatus('Completed')
  const [trained] = runRecords(door.home)
  expect(trained).toMatchObject({ status: 'completed', error: null, progress: { step: 120 } })
  expect(trained?.best?.nats).toBeLessThan(independent)

  await shell.open('samples')
  await samples.draw()
  expect(await coloursShown(samples.grid)).toBeGreaterThan(1)

  await door.restart('SIGKILL')
  await shell.open('train')
  await expect(train.rows).toHaveCount(1)
  await train.select()
  await train.expectStatus('Completed')
  expect(await figure(train.best)).toBeCloseTo(trained?.best?.nats ?? 0, 0)
  await train.trainFurther({ steps: 200 })
  await expect.poll(() => runRecords(door.home)[0]?.progress.step, { timeout: 60_000 }).toBe(200)
  await train.expectStatus('Completed')
  const steps = metricSteps(door.home, trained?.id ?? '')
  expect(steps).toEqual([...steps].sort((first, second) => first - second))
  expect(steps.at(-1)).toBe(200)

  await shell.open('samples')
  await samples.draw()
  const { name, bytes } = await door.save(() => samples.exportPng())
  expect(name).toMatch(/\.png$/)
  const picture = await sharp(bytes).metadata()
  expect(picture.format).toBe('png')
  expect(picture.width).toBeGreaterThanOrEqual(4 * 28)
  expect(picture.height).toBeGreaterThanOrEqual(4 * 28)
  expect(await coloursIn(bytes)).toBeGreaterThan(1)
  const recipe = (picture.comments ?? []).map(({ text }) => text).find((text) => text.includes('checkpointStep'))
  expect(JSON.parse(recipe ?? '{}')).toMatchObject({ runId: trained?.id, weights: expect.stringMatching(/raw|ema/), temperature: 1 })
}
