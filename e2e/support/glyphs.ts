import { studioPages } from '../page-models/studioPages'
import type { Door } from './door'
import { idxGlyphFiles } from './sampleFiles'

/** Drops an IDX set of drawn digits and imports it, black and white. */
export async function importGlyphs({ page }: Door, counts: { train: number; t10k: number }, name = 'Glyphs'): Promise<void> {
  const { data } = studioPages(page)
  await data.drop(idxGlyphFiles(counts))
  await data.binarise('Threshold')
  await data.import(name)
}

/** Trains the small preset of a family for some steps, to the end. */
export async function trainSmall({ page }: Door, family: string, steps: number): Promise<void> {
  const { shell, models, train } = studioPages(page)
  await shell.open('models')
  await models.choose(family, 'small')
  await models.budget({ steps })
  await models.start()
  await train.expectStatus('Completed')
}
