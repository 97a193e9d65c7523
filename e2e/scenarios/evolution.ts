import { expect } from '@playwright/test'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import { EvolutionPage } from '../page-models/evolutionPage'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** Two runs side by side, moved through training together, over the whole screen, and kept as an animation. */
export async function galleriesSideBySide(door: Door): Promise<void> {
  const { shell } = studioPages(door.page)
  const evolution = new EvolutionPage(door.page)
  await train(door, 'fvsbn', 20)
  await train(door, 'made', 40)

  await shell.open('samples')
  await evolution.open()
  await expect(evolution.cells).toHaveCount(1)
  await evolution.layBeside(/FVSBN/i)
  await expect(evolution.cells).toHaveCount(2)
  await expect(evolution.moment).toHaveText('step 40')
  await expect(evolution.cells.nth(1)).toContainText('at its end')
  await expect(evolution.notices).toHaveCount(0)

  // One scrubber moves both.
  const end = [await evolution.pixels(0), await evolution.pixels(1)]
  await evolution.scrub('Home')
  await expect(evolution.moment).toHaveText('step 10')
  await expect.poll(async () => (await evolution.pixels(0)) !== end[0] && (await evolution.pixels(1)) !== end[1]).toBe(true)
  for (const cell of [0, 1]) await expect(evolution.cells.nth(cell)).toContainText(/step 10.*nats/)
  await evolution.by('nll')
  await expect(evolution.moment).toHaveText(/nats or better/)
  await evolution.by('seconds')
  await expect(evolution.moment).toHaveText(/of training/)
  await evolution.by('step')

  // Samples and the probability images behind them, for each run.
  await evolution.show('both')
  await expect(evolution.cells.locator('canvas')).toHaveCount(4)
  await evolution.show('samples')
  await expect(evolution.cells.locator('canvas')).toHaveCount(2)

  await overTheWholeScreen(door, evolution)

  const gif = await door.save(() => evolution.saveGif())
  expect(gif.name).toMatch(/-evolution\.gif$/)
  const { pages, delay, width = 0, pageHeight = 0 } = await sharp(gif.bytes, { animated: true }).metadata()
  expect({ pages, delay }).toEqual({ pages: 4, delay: [300, 300, 300, 1500] })
  expect(width).toBeGreaterThan(pageHeight)
  const first = await sharp(gif.bytes, { page: 0 }).raw().toBuffer()
  expect(first.equals(await sharp(gif.bytes, { page: 3 }).raw().toBuffer())).toBe(false)
  const png = await door.save(() => evolution.savePng())
  expect((await sharp(png.bytes).metadata()).format).toBe('png')

  // Taken away again; the page of the comparison lays them there as well.
  await evolution.cells.nth(1).getByRole('button', { name: /Take .* away/ }).click()
  await expect(evolution.cells).toHaveCount(1)
}

async function overTheWholeScreen(door: Door, evolution: EvolutionPage): Promise<void> {
  const { page } = door
  await page.getByRole('heading', { name: 'Samples' }).click()
  await page.keyboard.press('f')
  await expect(evolution.panel).toHaveAttribute('data-full', 'true')
  await expect(evolution.panel).toBeFocused()
  const size = page.viewportSize()
  if (size) expect(await evolution.panel.boundingBox()).toEqual({ x: 0, y: 0, width: size.width, height: size.height })
  await page.keyboard.press('Home')
  await expect(evolution.moment).toHaveText('step 10')
  await page.keyboard.press('ArrowRight')
  await expect(evolution.moment).toHaveText('step 20')
  // Page keys belong to what lies behind.
  await page.keyboard.press('1')
  await expect(evolution.cells).toHaveCount(2)
  await page.keyboard.press(' ')
  await expect(evolution.moment).toHaveText('step 40')
  await expect(evolution.play).toHaveAccessibleName('Play')
  await page.keyboard.press('Escape')
  await expect(evolution.panel).toHaveAttribute('data-full', 'false')
  await expect(evolution.cells).toHaveCount(2)
}

async function train(door: Door, family: string, steps: number): Promise<void> {
  const { shell, models, train } = studioPages(door.page)
  await shell.open('models')
  await models.choose(family, 'small')
  await models.budget({ steps })
  await models.set('batchSize', 50)
  await models.set('gallerySamples', 9)
  await door.page.getByTestId('advanced-settings').click()
  for (const name of ['Validate every', 'Checkpoint every']) await door.page.getByRole('textbox', { name, exact: true }).fill('10')
  const before = runRecords(door.home).length
  await models.start()
  await shell.open('train')
  // The page may still show the run before, which is complete.
  const completed = (): number => runRecords(door.home).filter(({ status }) => status === 'completed').length
  await expect.poll(completed, { timeout: 120_000 }).toBe(before + 1)
  await train.expectStatus('Completed')
}
