import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { TextPage } from '../page-models/textPage'
import type { Door } from '../support/door'
import { datasetRecords, runRecords } from '../support/runRecords'
import { textFile } from '../support/sampleFiles'

/** A text, from its file to samples that begin as one likes, and back to a file. */
export async function textFromDropToExport(door: Door): Promise<void> {
  const { shell, data, models, train, samples } = studioPages(door.page)
  const texts = new TextPage(door.page)

  await data.drop([textFile()])
  await expect(data.recognised).toContainText('characters')
  await data.import('Rhyme')
  expect(datasetRecords(door.home)[0]?.domain).toMatchObject({ kind: 'text', text: { unit: 'characters' } })

  await shell.open('models')
  await models.choose('lstm', 'small')
  await models.budget({ steps: 10 })
  await models.set('batchSize', 4)
  await models.start()
  await shell.open('train')
  await train.expectStatus('Completed', 90_000)
  const [run] = runRecords(door.home)
  expect(run?.best?.bitsPerDim).toBeCloseTo((run?.best?.nats ?? 0) / Math.LN2, 9)
  await expect(train.page.getByTestId('gallery').getByTestId('text-tiles')).toBeVisible()

  await shell.open('samples')
  await samples.setCount(2)
  await texts.begin('The cat ', 40)
  await samples.draw()
  await expect(texts.tiles).toHaveCount(2)
  const drawn = await texts.tiles.allTextContents()
  for (const text of drawn) expect(text).toMatch(/^The cat /)
  const { name, bytes } = await door.save(() => texts.export())
  expect(name).toMatch(/\.txt$/)
  expect(bytes.toString()).toBe(drawn.map((text) => `${text}\n\n`).join(''))

  // What each character of the data costs, read with the keys.
  await samples.openForced()
  await texts.surprise.focus()
  await door.page.keyboard.press('ArrowRight')
  await expect(texts.reading).toContainText(/Character 1, .*bits, p = /)
  // Notices, which lie outside, have focus guards that axe takes for content.
  const { violations, passes } = await new AxeBuilder({ page: door.page }).include('main').analyze()
  expect(passes.length).toBeGreaterThan(0)
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id)).toEqual([])
}
