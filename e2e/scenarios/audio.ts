import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { paintedShare } from '../support/canvas'
import type { Door } from '../support/door'
import { parseWav } from '../support/parseWav'
import { datasetRecords, runRecords } from '../support/runRecords'
import { toneFiles } from '../support/sampleFiles'

/** Sound takes the same way as pictures: nothing on it is image-shaped. */
export async function audioFromDropToExport(door: Door): Promise<void> {
  const { shell, data, models, train, samples } = studioPages(door.page)

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
  // The first of them sounds while it is drawn: an AudioContext was made, and nothing was complained of.
  await samples.listen()
  await samples.draw()
  await expect(samples.page.getByTestId('live-sound')).toHaveCount(0)
  // A waveform fills part of its strip.
  const painted = await paintedShare(samples.canvas)
  expect(painted).toBeGreaterThan(0.005)
  expect(painted).toBeLessThan(0.95)
  const { name, bytes } = await door.save(() => samples.exportWav())
  expect(name).toMatch(/\.wav$/)
  const wav = parseWav(bytes)
  expect(wav).toMatchObject({ channels: 1, sampleRate: 4000, bitsPerSample: 16 })
  expect(wav.samples.length).toBe(1000)
  expect(new Set(wav.samples).size).toBeGreaterThan(4)
  expect(wav.comment).toContain('"seed"')
  await samples.chooseWav('24-bit WAV')
  expect(parseWav((await door.save(() => samples.exportWav())).bytes)).toMatchObject({ bitsPerSample: 24 })

  // What each sample of a real clip costs, and how much of it a conditional sees.
  await samples.openForced()
  await expect(samples.trace).toBeVisible()
  await expect(samples.traceReading).toContainText(/Its conditional sees the [\d,]+ samples/)
  await samples.trace.focus()
  const before = await samples.traceReading.textContent()
  await door.page.keyboard.press('PageUp')
  await expect(samples.traceReading).not.toHaveText(before ?? '')
}
