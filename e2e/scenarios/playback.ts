import { expect } from '@playwright/test'
import sharp from 'sharp'
import { PlaybackPage } from '../page-models/playbackPage'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Door } from '../support/door'

/** A sample is played back, stopped and edited; branches are drawn from there; recipes give all of it again; an example is forced and let go. */
export async function samplesArePlayedBack(door: Door): Promise<void> {
  const { shell, samples } = studioPages(door.page)
  await shell.open('samples')
  await samples.setCount(6)
  await samples.setSeed(7)
  await samples.draw()

  const playback = new PlaybackPage(door.page)
  await playback.playSample(3)
  await playsAndSteps(door, playback)
  const recipe = await branches(door, playback)
  await isDrawnAgain(playback, recipe)
  await forcedAndFree(door, playback)
}

async function playsAndSteps({ page }: Door, playback: PlaybackPage): Promise<void> {
  await expect(page.getByTestId('playback-subject')).toHaveText('Sample 3')
  await expect(playback.position).toHaveText('784 of 784 pixels')
  await playback.goTo(5)
  await expect(playback.position).toHaveText('5 of 784 pixels')
  await expect(playback.reading).toContainText(/Last step: [01], p = 0?\.?\d+/)
  await expect(page.getByTestId('playback-head')).toBeVisible()
  await page.keyboard.press('Shift+ArrowRight')
  await expect(playback.position).toHaveText('33 of 784 pixels')
  // It plays, and stops where it is told to.
  await page.keyboard.press('Space')
  await expect(playback.position).not.toHaveText('33 of 784 pixels')
  await page.keyboard.press('ArrowLeft')
  const stopped = await playback.position.textContent()
  await expect(playback.position).toHaveText(stopped ?? '')
  await page.getByTestId('order-heat').click()
  await expect(page.getByText(/Raster order: 784 pixels, from dark blue to yellow/)).toBeVisible()
}

/** Two branches from an edited row; answers the recipe of the first, as its picture holds it. */
async function branches(door: Door, playback: PlaybackPage): Promise<string> {
  await playback.goTo(0)
  for (let row = 0; row < 10; row++) await door.page.keyboard.press('Shift+ArrowRight')
  await playback.paint(4, 6, 1)
  await playback.paint(4, 7, 1)
  await expect(playback.edits).toContainText(/[12] values? edited/)
  await playback.branch({ draws: 2 })
  await expect(door.page.getByTestId('completion-exactness')).toContainText('The edit is conditioned upon')
  await expect(playback.played.nth(1).getByTestId('played-figures')).toContainText('first 280')
  await expect(playback.played.nth(2).getByTestId('played-differ')).toContainText(/\d+ differ/)

  // At the very end nothing is left to draw.
  await expect(playback.branchButton).toBeDisabled()
  const { bytes } = await door.save(() => door.page.getByTestId('export-branch').first().click())
  const { comments } = await sharp(bytes).metadata()
  const text = comments?.find(({ keyword }) => keyword.endsWith('chainrule:recipe'))?.text ?? '{}'
  expect(JSON.parse(text)).toMatchObject({ chainrule: 'completion', mask: { kind: 'steps', kept: 280 }, seed: 7, first: 2, branch: { origin: { first: 2, seed: 7 } } })
  return text
}

async function isDrawnAgain(playback: PlaybackPage, recipe: string): Promise<void> {
  const { page } = playback
  await page.getByTestId('paste-recipe').click()
  await page.getByTestId('recipe-text').fill('{"runId": "nowhere"}')
  await page.getByTestId('draw-recipe').click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The recipe is not complete')
  await page.keyboard.press('Escape')
  await playback.drawRecipe(recipe)
  await expect(page.getByTestId('playback-subject')).toHaveText('Branch 1')
  await expect(playback.played).toHaveCount(1)
}

async function forcedAndFree({ page }: Door, playback: PlaybackPage): Promise<void> {
  await playback.open('Forced or free')
  await expect(playback.forcedDraws).toHaveCount(3)
  await expect(page.getByTestId('forced-exactness')).toHaveAttribute('data-exact', 'true')
  await expect(page.getByTestId('forced-nll-whole')).toContainText(/\d/)
  const whole = await figure(page.getByTestId('forced-nll-whole'))
  expect(whole).toBeGreaterThan(10)
  // With all but one step kept, hardly anything is left to pay for.
  await playback.keep('End')
  await expect(page.getByTestId('forced-kept-said')).toContainText('783 of 784 pixels')
  // While another place is drawn there is no figure.
  await expect.poll(() => figure(page.getByTestId('forced-nll-free')).catch(() => Number.NaN), { timeout: 30_000 }).toBeLessThan(2)
  expect(await figure(page.getByTestId('forced-nll-kept'))).toBeGreaterThan(0.9 * whole)
  await playback.keep('Home')
  await expect(page.getByText('Nothing is kept: these are plain samples of the model.')).toBeVisible()
}
