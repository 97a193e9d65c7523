import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { importGlyphs, trainSmall } from '../support/glyphs'
import { framesDuring, scrollThrough, summary } from '../support/frames'
import { runRecords } from '../support/runRecords'

/** CHAINRULE_E2E_POINTS=1000000 takes a minute more. */
const POINTS = Number(process.env['CHAINRULE_E2E_POINTS'] ?? 100_000)
const THUMBNAILS = POINTS / 100

/** A run with very many points is loaded whole and panned, and very many thumbnails are scrolled; how long their frames take is printed. */
export async function manyPointsStayFluid(door: Door): Promise<void> {
  await importGlyphs(door, { train: 200, t10k: THUMBNAILS })
  await trainSmall(door, 'made', 10)
  const [run] = runRecords(door.home)
  await writePoints(join(door.home, 'runs', run!.id, 'metrics.jsonl'))

  await door.restart('SIGTERM')
  const began = Date.now()
  const pages = studioPages(door.page)
  await pages.shell.open('train')
  // The whole run is there when its last step is in the tile.
  await expect(pages.train.page.getByTestId('nll-train').locator('..')).toContainText(`step ${POINTS.toLocaleString('en')}`, { timeout: 240_000 })
  const loaded = (Date.now() - began) / 1000

  await pages.train.curves.focus()
  for (let press = 0; press < 4; press++) await door.page.keyboard.press('+')
  await expect(door.page.getByRole('button', { name: 'Whole run' })).toBeVisible()
  const times = await panned(door)
  console.log(`${POINTS.toLocaleString('en')} points, loaded in ${loaded.toFixed(1)} s; panning: main-thread work a frame ${summary(times)}`)
  expect(times.length).toBeGreaterThan(10)
  // Every point is in the file that the chart saves: what is drawn is thinned out, the data are not.
  const { bytes } = await door.save(() => pages.train.export('CSV'))
  expect(bytes.toString('utf8').split('\r\n').length).toBeGreaterThan(POINTS)
  await thumbnailsScroll(door)
}

/** Every test example, ranked. */
async function thumbnailsScroll({ page }: Door): Promise<void> {
  const { shell, understand } = studioPages(page)
  await shell.open('understand')
  await page.getByTestId('look-examples-asked').fill(String(THUMBNAILS))
  await understand.look()
  await expect(understand.grid).toHaveAttribute('data-count', String(THUMBNAILS))
  const times = await framesDuring(page, () => scrollThrough(page, '[data-testid="ranked-grid"]', 150))
  console.log(`${THUMBNAILS.toLocaleString('en')} thumbnails, scrolling: main-thread work a frame ${summary(times)}`)
  expect(times.length).toBeGreaterThan(10)
}

/**
 * Drags the chart as a hand does: about one move a frame, whether or not the window keeps up. The moves go straight to the browser, for an action of
 * the test runner also takes a picture of the whole document for its trace, which would count as the window's work.
 */
async function panned({ page }: Door): Promise<number[]> {
  const box = (await page.getByTestId('curve-frame').boundingBox())!
  const [x, y] = [box.x + box.width * 0.7, box.y + box.height * 0.5]
  await page.mouse.move(x, y)
  const session = await page.context().newCDPSession(page)
  const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: number): Promise<unknown> =>
    session.send('Input.dispatchMouseEvent', { type, x: at, y, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1 })
  const shown = page.getByTestId('pan-picture')
  const times = await framesDuring(page, async () => {
    await mouse('mousePressed', x)
    const moves: Promise<unknown>[] = []
    for (let step = 1; step <= 120; step++) {
      moves.push(mouse('mouseMoved', x - step * 3))
      await sleep(16)
    }
    await Promise.all(moves)
  })
  await expect(shown).toBeVisible()
  await mouse('mouseReleased', x - 360)
  await expect(shown).toBeHidden()
  await session.detach()
  return times
}

async function writePoints(path: string): Promise<void> {
  const file = createWriteStream(path)
  for (let step = 1; step <= POINTS;) {
    let text = ''
    for (const end = Math.min(POINTS, step + 9_999); step <= end; step++) {
      const nats = 80 + 400 / (1 + step / 50) + Math.sin(step * 12.9898) * 3
      const common = { step, epoch: step / 100, seconds: step / 20, nats: Number(nats.toFixed(4)), bitsPerDim: Number((nats / 543.4).toFixed(5)) }
      const rest = { gradientNorm: 1 + Math.abs(Math.sin(step)), learningRate: 1e-3, stepsPerSecond: 20, examplesPerSecond: 2000, memoryBytes: 4e8, tensors: 9 }
      text += `${JSON.stringify({ kind: 'train', ...common, ...rest })}\n`
      if (step % 1000 === 0)
        text += `${JSON.stringify({ kind: 'valid', ...common, standardError: 0.4, examples: 50, weights: 'raw' })}\n`
    }
    if (!file.write(text)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}
