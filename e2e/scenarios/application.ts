import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** Keys, palette, settings that survive the studio, the engine and its checks, the log and its report, the tour. */
export async function applicationIsOnesOwn(door: Door): Promise<void> {
  const { page } = door
  await goesByKeys(door)
  await takesTheTour(door)
  await undoesAnEdit(door)
  await seesEngineAndLog(door)
  await keepsSettings(door)
  const { application } = studioPages(page)
  await application.press('g', 't')
  await application.expectPage('train')
}

async function goesByKeys({ page }: Door): Promise<void> {
  const { application } = studioPages(page)
  await expect(page.getByTestId('tour-offer')).toBeVisible()
  await application.press('g', 'c')
  await application.expectPage('compare')
  await application.press('?')
  await expect(application.sheet).toContainText('Go to a page')
  await expect(application.sheet.locator('[data-action="main"]')).toBeVisible()
  // Letters belong to the dialog while it is open.
  await application.press('g', 'd')
  await expect(application.sheet).toBeVisible()
  await application.press('Escape')
  await expect(application.sheet).toBeHidden()
  await application.press('2')
  await application.expectPage('models')
  await application.press('Control+,')
  await application.expectPage('settings')
  await application.command('Engine')
  await application.expectPage('engine')
}

/** The whole tour by its own buttons; the studio behind it is the real one. */
async function takesTheTour({ page }: Door): Promise<void> {
  const { application, samples, train } = studioPages(page)
  const { tour } = application
  await application.command('Take the tour')
  await expect(tour).toHaveAttribute('data-step', 'data')
  await expect(tour).toBeFocused()
  await page.getByTestId('tour-action').click()
  await expect(tour).toContainText('There is data', { timeout: 60_000 })
  await page.getByTestId('tour-next').click()
  await expect(tour).toHaveAttribute('data-step', 'models')
  // The page below is never locked: a smaller model than the one proposed.
  const { models } = studioPages(page)
  await models.search('made')
  await models.choose('made', 'small')
  await models.budget({ steps: 30 })
  await models.search('')
  await page.getByTestId('tour-action').click()
  await application.expectPage('train')
  await page.getByTestId('tour-next').click()
  await expect(tour).toHaveAttribute('data-step', 'train')
  await train.expectStatus('Completed')
  await page.getByTestId('tour-next').click()
  await expect(tour).toHaveAttribute('data-step', 'samples')
  await samples.draw()
  await page.getByTestId('tour-next').click()
  await expect(tour).toHaveAttribute('data-step', 'checkpoints')
  await tour.press('Escape')
  await expect(tour).toBeHidden()
}

async function undoesAnEdit({ home, page }: Door): Promise<void> {
  const { application } = studioPages(page)
  await application.press('g', 't')
  const before = runRecords(home)[0]!.name
  await page.getByTestId('run-menu').click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Renamed')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(() => runRecords(home)[0]!.name).toBe('Renamed')
  await page.getByTestId('run-row').first().getByRole('button').first().focus()
  await application.press('Control+z')
  await expect.poll(() => runRecords(home)[0]!.name).toBe(before)
  await application.press('Control+Shift+z')
  await expect.poll(() => runRecords(home)[0]!.name).toBe('Renamed')

  const handle = page.getByTestId('panel-runs')
  await handle.focus()
  const width = await application.panelWidth('runs')
  await handle.press('Shift+ArrowRight')
  await expect.poll(() => application.panelWidth('runs')).toBe(width + 4)
  await page.reload()
  // The window comes back to its page, as wide as it was.
  await application.expectPage('train')
  await handle.focus()
  expect(await application.panelWidth('runs')).toBe(width + 4)
}

async function seesEngineAndLog(door: Door): Promise<void> {
  const { page } = door
  const { application } = studioPages(page)
  await application.press('g', 'e')
  await expect(page.getByTestId('engine-device')).toHaveText(/Computes on the (processor|GPU)/)
  await expect(application.checks.filter({ hasText: 'workspace' }).first()).toBeVisible({ timeout: 60_000 })
  for (const check of await application.checks.filter({ has: page.getByRole('img', { name: 'to mend' }) }).all()) expect((await check.locator('p').count()) >= 1).toBe(true)
  await expect(page.getByTestId('engine-installation')).toContainText('On this disk')

  await application.press('g', 'l')
  await expect(application.entries.filter({ hasText: 'opened (' }).first()).toBeVisible()
  await expect(application.entries.filter({ hasText: /Training Renamed|Training .*: begun/ }).first()).toBeVisible()
  await application.press('/')
  await expect(page.getByTestId('log-search')).toBeFocused()
  await page.keyboard.type('?nothing like it')
  await expect(application.sheet).toBeHidden()
  await page.getByRole('button', { name: 'Show all entries' }).click()
  await expect(application.entries.first()).toBeVisible()
  const log = await door.save(() => page.getByTestId('save-log').click())
  expect(log.bytes.toString('utf8')).toContain('"source":"engine"')
}

async function keepsSettings(door: Door): Promise<void> {
  const { application } = studioPages(door.page)
  await application.press('Control+,')
  await application.choose('theme-dark')
  await application.choose('density-compact')
  await application.choose('unit-bits/dim')
  await application.choose('grouping-space')
  await expect(door.page.getByTestId('number-example')).toContainText('12\u202F345')
  await door.page.getByTestId('setting-samples').fill('9')
  await expect(door.page.getByTestId('disk-total')).toHaveText(/\d.*B/)
  await expect.poll(() => stored(door.home)).toMatchObject({ theme: 'dark', density: 'compact', unit: 'bits/dim', grouping: 'space', samples: 9 })

  await door.restart('SIGTERM')
  // Another address, so another memory of the browser's: all of it comes from the studio.
  const again = studioPages(door.page)
  const root = door.page.locator('html')
  await expect(root).toHaveClass(/\bdark\b/)
  await expect(root).toHaveAttribute('data-density', 'compact')
  await expect(door.page.getByTestId('tour-offer')).toBeHidden()
  await again.application.press('g', 's')
  await expect(door.page.getByTestId('draw-samples')).toBeVisible()
  await expect(door.page.getByTestId('sample-count')).toHaveValue('9')
  await again.application.press('Control+,')
  await door.page.getByTestId('reset-settings').click()
  await door.page.getByTestId('confirm').click()
  await expect(root).toHaveAttribute('data-density', 'normal')
  await expect.poll(() => stored(door.home)).toEqual({})
  await expect(door.page.getByRole('dialog')).toHaveCount(0)
}

const stored = (home: string): unknown => (JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')) as { values: unknown }).values
