import { expect } from '@playwright/test'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'

/** A part of the test examples is rubbed out and filled in again: exactly where the ordering allows it, and said to be approximate elsewhere. */
export async function partsOfExamplesAreCompleted(door: Door): Promise<void> {
  const { shell, samples } = studioPages(door.page)

  await shell.open('samples')
  await samples.openCompletion()
  await expect(samples.exactness).toHaveAttribute('data-exact', 'true')
  await samples.setCompletion('examples', 5)
  await samples.setCompletion('draws', 3)
  await samples.complete()
  await expect(samples.completions).toHaveCount(15)
  await expect(samples.completionLabel).toContainText('Exact')
  expect(await recipe(door)).toMatchObject({ split: 'test', draws: 3, seed: 0, temperature: 1 })

  // A rectangle in the middle: what stands below it comes later in the raster, and is not looked at.
  await samples.chooseMask('rectangle')
  await samples.drawRectangle([0.3, 0.3], [0.6, 0.6])
  await expect(samples.exactness).toHaveAttribute('data-exact', 'false')
  await samples.complete()
  await expect(samples.completionLabel).toContainText('Approximate')
  await samples.completions.first().click()
  await expect(door.page.getByTestId('completion-detail')).toContainText(/of 784 values unknown/)

  // Nothing is rubbed out yet.
  await samples.chooseMask('brush')
  await expect(door.page.getByTestId('complete-draw')).toBeDisabled()
  await samples.drawRectangle([0.2, 0.5], [0.8, 0.5])
  await expect(door.page.getByTestId('complete-draw')).toBeEnabled()
}

async function recipe(door: Door): Promise<unknown> {
  const { samples } = studioPages(door.page)
  const { bytes } = await door.save(() => samples.exportCompletions())
  const { comments } = await sharp(bytes).metadata()
  const written = comments?.find(({ keyword }) => keyword.endsWith('chainrule:recipe'))
  return JSON.parse(written?.text ?? '{}') as unknown
}
