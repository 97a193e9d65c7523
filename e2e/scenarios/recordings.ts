import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { datasetRecords, runRecords } from '../support/runRecords'
import { longRecording } from '../support/sampleFiles'

/** One long recording: trimmed and cut so that there is something to test on, looked at, and fitted by what only counts and regresses. */
export async function recordingIsCutAndFitted(door: Door): Promise<void> {
  const { shell, data, models, train } = studioPages(door.page)
  await data.drop([longRecording()])
  await expect(data.recognised).toContainText('cut into clips of 10 s, which are split on their own')
  await data.sheet.getByLabel('Trim silence below').fill('-50')
  await expect(data.recognised).toContainText('silence below -50 dBFS dropped at both ends')
  await data.import('Recording')
  const [dataset] = datasetRecords(door.home)
  expect(dataset?.domain).toMatchObject({ kind: 'audio', sampleRate: 2000 })
  expect(dataset?.counts).toEqual({ train: 6, valid: 1, test: 1 })

  const main = door.page.getByRole('main')
  await expect(main.getByText('Silence dropped')).toBeVisible()
  await expect(main.getByText(/−\d+\.\d\sdBFS, peak/)).toBeVisible()
  await expect(door.page.getByRole('img', { name: 'Average spectrum of the training split' })).toBeVisible()

  for (const family of ['ar', 'ngram']) {
    await shell.open('models')
    await models.choose(family, 'small')
    await models.start()
    await train.expectStatus('Completed')
  }
  const fitted = runRecords(door.home).map(({ model, best }) => ({ family: model.family, nats: best?.nats ?? Infinity }))
  expect(fitted.map(({ family }) => family).sort()).toEqual(['ar', 'ngram'])
  for (const { nats } of fitted) expect(nats).toBeLessThan(Math.log(256))
}
