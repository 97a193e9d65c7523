import { expect } from '@playwright/test'
import sharp from 'sharp'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** A checkpoint is scored on two splits; its figures say what they are of, its map is drawn and written, other runs stand beside it. */
export async function checkpointIsScored(door: Door): Promise<void> {
  const { shell, checkpoints } = studioPages(door.page)
  await shell.open('checkpoints')
  await checkpoints.openTab('likelihood')
  await checkpoints.scoreOn('valid')
  await checkpoints.scoreOn('test')
  await expect(checkpoints.score).toContainText('Test')
  await expect(checkpoints.score).toContainText('exact')
  await expect(checkpoints.score).toContainText('threshold')
  const [run] = runRecords(door.home).filter(({ model }) => model.family === 'nade')
  const [test, valid] = run?.scores ?? []
  expect([test?.split, test?.examples, valid?.split]).toEqual(['test', 50, 'valid'])
  expect(await figure(checkpoints.nats)).toBeCloseTo(test?.nats ?? 0, 1)

  // The map adds up to the figure.
  const { bytes } = await door.save(() => door.page.getByTestId('export-map').click())
  const { width, height } = await sharp(bytes).metadata()
  expect(width).toBe(height)
  await expect(checkpoints.map.getByRole('img')).toHaveAttribute('aria-label', /highest .* nats at row \d+, column \d+/)

  // The other run has no number yet, so it is named as not comparable, with the reason.
  await expect(checkpoints.compared.filter({ hasText: 'this run' })).toHaveCount(1)
  await checkpoints.scores.filter({ hasText: 'Validation' }).click()
  await expect(checkpoints.score).toContainText('Validation')
  expect(await figure(checkpoints.nats)).toBeCloseTo(valid?.nats ?? 0, 1)
}
