import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { idxGlyphFiles } from '../support/sampleFiles'
import type { Frame } from './pictures'

/** A pointer that is seen: pictures of a page have none. */
const POINTER = `(() => {
  const pointer = document.createElement('div')
  pointer.style.cssText = 'position:fixed;z-index:99999;left:0;top:0;width:22px;height:22px;pointer-events:none;transform:translate(-100px,0)'
  pointer.innerHTML = '<svg viewBox="0 0 22 22" width="22" height="22"><path d="M3 2l14 9-6 1.4L8 19z" fill="#111" stroke="#fff" stroke-width="1.6" stroke-linejoin="round"/></svg>'
  document.body.append(pointer)
  addEventListener('mousemove', ({ clientX, clientY }) => (pointer.style.transform = 'translate(' + clientX + 'px,' + clientY + 'px)'), true)
})()`

/** Drop, train, samples, heat-map, export: played in a fresh studio, a picture at every step. */
export async function playJourney(page: Page, seconds: number): Promise<Frame[]> {
  const { shell, data, models, train, samples, checkpoints } = studioPages(page)
  const frames: Frame[] = []
  await page.evaluate(POINTER)
  async function frame(shown: number): Promise<void> {
    frames.push({ png: await page.screenshot({ animations: 'disabled', style: 'ol[data-slot="viewport"] { visibility: hidden !important }' }), shown })
  }
  /** The pointer goes there before something is done there. */
  async function at(testid: string): Promise<void> {
    await page.getByTestId(testid).first().hover()
    await frame(350)
  }

  await page.mouse.move(640, 420)
  await frame(900)
  await data.drop(idxGlyphFiles({ train: 2400, t10k: 300 }))
  await expect(data.recognised).toBeVisible()
  await frame(1200)
  await data.binarise('Threshold')
  await page.waitForTimeout(500)
  await frame(900)
  await at('import-confirm')
  await data.import('Glyphs')
  await page.waitForTimeout(800)
  await frame(1100)

  await at('nav-models')
  await shell.open('models')
  await models.choose('pixelcnn', 'small')
  await page.waitForTimeout(1000)
  await frame(1200)
  await models.budget({ minutes: seconds / 60 })
  await at('start-training')
  await models.start()
  await shell.open('train')
  await train.expectStatus('Training')
  // From the first points on, so that the curve is seen to fall.
  await expect(page.getByTestId('curve-chart')).toBeVisible({ timeout: 180_000 })
  const until = Date.now() + 1000 * seconds
  for (let pictures = 0; pictures < 12 && Date.now() < until; pictures++) {
    await frame(280)
    await page.waitForTimeout((1000 * seconds) / 12)
  }
  await train.expectStatus('Completed', 600_000)
  await page.waitForTimeout(1500)
  await frame(1300)

  await at('nav-samples')
  await shell.open('samples')
  await samples.setCount(48)
  await at('draw-samples')
  await samples.draw(180_000)
  await page.waitForTimeout(300)
  await frame(1600)

  await at('nav-checkpoints')
  await shell.open('checkpoints')
  await frame(700)
  await checkpoints.openTab('likelihood')
  await at('score')
  await checkpoints.scoreOn('test')
  await page.waitForTimeout(600)
  await frame(2000)

  await page.getByRole('radio').first().click()
  await checkpoints.rows.first().getByTestId('checkpoint-menu').click()
  await page.waitForTimeout(200)
  await page.getByRole('menuitem', { name: 'Export model' }).hover()
  await frame(1200)
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export model' }).click()
  await (await download).path()
  await frame(1500)
  return frames
}
