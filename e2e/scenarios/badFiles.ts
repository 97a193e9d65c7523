import { expect } from '@playwright/test'
import { DataPage } from '../page-models/dataPage'
import type { Door } from '../support/door'
import { entries } from '../support/runRecords'
import { badFiles, idxGlyphFiles } from '../support/sampleFiles'

/** Files that cannot be read are named with their reason, and nothing half-imported stays. */
export async function badFilesAreRefused(door: Door): Promise<void> {
  const data = new DataPage(door.page)
  const [notAnImage, truncated] = badFiles()
  if (!notAnImage || !truncated) throw new Error('no file was made')

  await data.drop([notAnImage])
  await expect(data.sheet.getByText(/notes\.png: not an image/).first()).toBeVisible()
  await expect(data.confirm.and(data.page.locator(':enabled'))).toHaveCount(0)
  await data.cancel()

  // A download that broke off is refused before anything is staged for import.
  await data.drop([truncated])
  await expect(data.sheet.getByText(/train-images-idx3-ubyte\.gz.*truncated/i).first()).toBeVisible()
  await expect(data.confirm.and(data.page.locator(':enabled'))).toHaveCount(0)
  await data.cancel()

  expect(entries(door.home, 'datasets')).toEqual([])
  await expect(data.cards).toHaveCount(0)
  // What was staged for an import that did not happen is not kept either.
  await expect.poll(() => entries(door.home, 'uploads')).toEqual([])

  // The good files go in although a bad one lies beside them.
  await data.drop([...idxGlyphFiles({ train: 120, t10k: 30 }), notAnImage])
  await expect(data.rejected).toContainText('notes.png')
  await data.import('Glyphs without notes')
}
