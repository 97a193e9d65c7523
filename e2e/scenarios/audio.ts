import { expect } from '@playwright/test'
import { DataPage } from '../page-models/dataPage'
import { ModelsPage } from '../page-models/modelsPage'
import { SamplesPage } from '../page-models/samplesPage'
import { Shell } from '../page-models/shell'
import { TrainPage } from '../page-models/trainPage'
import { coloursShown } from '../support/canvas'
import type { Door } from '../support/door'
import { parseWav } from '../support/parseWav'
import { datasetRecords, runRecords } from '../support/runRecords'
import { toneFiles } from '../support/sampleFiles'

/** Sound takes the same way as pictures: nothing on it is image-shaped. */
export async function audioFromDropToExport(door: Door): Promise<void> {
  const { page } = door
  const shell = new Shell(page)
  const data = new DataPage(page)
  const models = new ModelsPage(page)
  const train = new TrainPage(page)
  const samples = new SamplesPage(page)

  await data.drop(toneFiles())
  await expect(data.recognised).toContainText(/WAV|audio|clips/i)
  await data.import('Tones')
  const [dataset] = datasetRecords(door.home)
  expect(dataset?.domain).toMatchObject({ kind: 'audio', sampleRate: 4000, levels: 256, encoding: 'mu-law' })

  await shell.open('models')
  await models.choose('wavenet', 'small')
  await models.budget({ steps: 30 })
  await models.set('batchSize', 4)
  await models.start()
  await shell.open('train')
  await train.expectStatus('Completed', 90_000)
  const [run] = runRecords(door.home)
  // ln 256 = 5.55 is what a model that knows nothing pays for a sample.
  expect(run?.best?.nats).toBeLessThan(Math.log(256))

  await shell.open('samples')
  await samples.setSeconds(0.25)
  await samples.setCount(2)
  await samples.draw()
  expect(await coloursShown(samples.wave)).toBeGreaterThan(1)
  const { name, bytes } = await door.save(() => samples.exportWav())
  expect(name).toMatch(/\.wav$/)
  const wav = parseWav(bytes)
  expect(wav).toMatchObject({ channels: 1, sampleRate: 4000, bitsPerSample: 16 })
  expect(wav.samples.length).toBe(1000)
  expect(new Set(wav.samples).size).toBeGreaterThan(4)
  expect(wav.comment).toContain('"seed"')
}
