import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { datasetRecords, runRecords } from '../support/runRecords'
import { toneFiles } from '../support/sampleFiles'

/** A WaveNet that is told the log-mel energies of each recording draws for those of one, which is heard beside. */
export async function samplesForFeatures(door: Door): Promise<void> {
  const { shell, data, models, train, samples } = studioPages(door.page)
  await data.drop(toneFiles())
  await data.besideRecordings('Log-mel energies')
  await expect(data.recognised).toContainText('log-mel energies of 40 bands')
  await data.import('Tones')
  expect(datasetRecords(door.home)[0]?.domain.features).toMatchObject({ size: 40, hop: 40 })

  await shell.open('models')
  await models.choose('wavenet', 'small')
  await models.setChoice('condition', 'features')
  await models.budget({ steps: 10 })
  await models.set('batchSize', 2)
  await models.start()
  await train.expectStatus('Completed', 90_000)
  expect(runRecords(door.home)[0]?.model.config).toMatchObject({ condition: 'features', upsampling: 'repeat' })

  await shell.open('samples')
  await samples.setCount(1)
  await samples.draw()
  await expect(samples.recording).toBeVisible()
  await samples.chooseRecording(1)
  // The recording of the samples that are shown is another one now.
  await expect(samples.recording).toHaveCount(0)
  await samples.draw()
  await expect(samples.recording).toContainText('1, whose features were told')
}
