import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** Two runs in one chart, what all charts show of one moment, layers over training; then runs that wait, in an order of one's own. */
export async function trainingIsWatchedAndQueued(door: Door): Promise<void> {
  const pages = studioPages(door.page)
  const { shell, models, train } = pages
  const known = new Set<string>()
  async function start(steps: number, learningRate: number): Promise<string> {
    await shell.open('models')
    await models.choose('made', 'small')
    await models.set('learningRate', learningRate)
    await models.budget({ steps })
    await models.start()
    await expect.poll(() => runRecords(door.home).filter(({ id }) => !known.has(id)).length).toBe(1)
    const { id } = runRecords(door.home).find((run) => !known.has(run.id))!
    known.add(id)
    return id
  }
  const one = await start(120, 0.001)
  await train.expectStatus('Completed')
  const other = await start(120, 0.01)
  await train.expectStatus('Completed')

  await watchesCurves(door, one, other)
  const long = await start(1_000_000, 0.001)
  await train.expectStatus('Training')
  const [first, second, third] = [await start(1, 0.002), await start(1, 0.003), await start(1, 0.004)]
  await shell.open('train')
  await train.expectQueue([first, second, third])
  await train.handle(second).press('ArrowUp')
  await train.expectQueue([second, first, third])
  await expect(train.handle(second)).toBeFocused()
  await train.waiting.nth(2).dragTo(train.waiting.nth(0))
  await train.expectQueue([third, second, first])
  await train.waiting.nth(1).getByTestId('queue-cancel').click()
  await train.expectQueue([third, first])
  await door.page.getByRole('button', { name: 'Undo' }).click()
  await train.expectQueue([third, second, first])
  await door.page.getByTestId('queue-pause').click()
  await expect(train.waiting.first()).toContainText('held back')

  // Before the page is opened anew, which asks what it may do once.
  const allowed = await allowNotices(door)
  await door.restart('SIGTERM')
  const again = studioPages(door.page)
  await again.shell.open('train')
  await again.train.expectQueue([third, second, first])
  expect(runRecords(door.home).find(({ id }) => id === long)?.status).toBe('paused')
  // Another address: what the window remembers is another's.
  const told = allowed && (await keepNotices(door))
  if (told) await door.page.getByTestId('notify').click()
  await door.page.getByTestId('queue-pause').click()
  await again.train.expectQueue([second, first])
  await expect.poll(() => runRecords(door.home).find(({ id }) => id === third)?.status, { timeout: 60_000 }).toBe('completed')
  if (told) await expect.poll(() => door.page.evaluate('window.notices[0]')).toMatch(/has ended$/)
}

async function watchesCurves(door: Door, one: string, other: string): Promise<void> {
  const { train } = studioPages(door.page)
  await train.overlay(one)
  // What a legend tells two runs of one name apart by.
  const svg = await door.save(() => train.export('SVG'))
  expect(svg.bytes.toString('utf8')).toContain('learningRate 0.01')
  expect(svg.bytes.toString('utf8')).toContain('learningRate 0.001')
  const csv = await door.save(() => train.export('CSV'))
  const lines = csv.bytes.toString('utf8').trim().split('\r\n').slice(1)
  expect(new Set(lines.map((line) => line.split(',')[0]))).toEqual(new Set([one, other]))
  expect((await door.save(() => train.export('PNG'))).bytes.subarray(1, 4).toString()).toBe('PNG')

  await door.page.getByTestId('log-x-axis').click()
  await train.curves.focus()
  await door.page.keyboard.press('+')
  const whole = door.page.getByRole('button', { name: 'Whole run' })
  await expect(whole).toBeVisible()
  await door.page.keyboard.press('0')
  await expect(whole).toBeHidden()
  await door.page.getByTestId('log-x-axis').click()

  const box = (await train.curves.boundingBox())!
  await door.page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5, { steps: 3 })
  await expect(door.page.getByTestId('crosshair').first()).toBeVisible()
  await expect(train.smallCharts.first().getByTestId('readout')).toHaveText(/\d.* · .*\d/)
  expect(await train.smallCharts.count()).toBeGreaterThanOrEqual(5)

  await expect(train.histograms).toContainText(/\d+ validations?/)
  const magnitudes = await door.save(async () => {
    await train.histograms.getByRole('button', { name: /^Export Weights/ }).click()
    await door.page.getByRole('menuitem', { name: 'Numbers shown as CSV' }).click()
  })
  expect(magnitudes.bytes.toString('utf8')).toMatch(/^step,epoch,from,to,count,rms\r\n/)
}

/** Whether this door can be allowed notifications. */
function allowNotices({ page }: Door): Promise<boolean> {
  return page
    .context()
    .grantPermissions(['notifications'])
    .then(
      () => true,
      () => false,
    )
}

/** Keeps the titles of notifications; the messages themselves are the desktop's. */
async function keepNotices({ page }: Door): Promise<boolean> {
  return (await page.evaluate(`(() => {
    if (Notification.permission !== 'granted') return false
    window.notices = []
    window.Notification = class extends Notification {
      constructor(title, options) {
        super(title, options)
        window.notices.push(title)
      }
    }
    return true
  })()`)) as boolean
}
