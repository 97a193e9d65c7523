import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'
import { idxGlyphFiles } from '../support/sampleFiles'

/** Finding a family, learning why another does not fit, and training with an optimiser of one's own choice. */
export async function familiesAndOptimisers(door: Door): Promise<void> {
  const { shell, data, models, train, checkpoints } = studioPages(door.page)
  await data.drop(idxGlyphFiles({ train: 300, t10k: 50 }))
  await data.import('Grey glyphs')
  await shell.open('models')

  // On grey pictures a binary model says what keeps it, and cannot be started.
  await models.search('larochelle 2011')
  expect((await models.listed()).sort()).toEqual(['nade', 'nade-softmax'])
  await models.look('nade')
  await expect(models.refusal).toContainText(/binary/)
  await expect(door.page.getByTestId('start-training')).toBeDisabled()
  await models.search('no such family')
  await expect(door.page.getByText('No family matches')).toBeVisible()
  await models.search('')
  const listed = await models.listed()
  expect(listed[0]).toBe('pixelcnn')
  expect(listed.indexOf('independent')).toBeGreaterThan(listed.indexOf('wavenet'))

  await models.choose('pixelcnn', 'small')
  await expect(models.refusal).toBeHidden()
  await models.budget({ steps: 6 })
  await models.set('batchSize', 8)
  await models.openOptimizer()
  await models.setOptimizer('AdamW', { weightDecay: 0.05 })
  await expect(models.schedulePreview.getByRole('img')).toHaveAttribute('aria-label', /6 steps/)
  await models.start()
  await train.expectStatus('Completed')
  const run = runRecords(door.home)[0]
  expect(run?.training.optimizer).toEqual({ kind: 'adamw', weightDecay: 0.05 })
  await expect(train.details).toContainText('AdamW, weight decay 0.05')
  await expect(train.details).toContainText(run?.execution?.mode === 'eager' ? /op by op/ : /compiled/)

  // The baseline is fitted in one pass: nothing offers to train it further.
  await shell.open('models')
  await models.choose('independent', 'small')
  await models.start()
  await train.expectStatus('Completed')
  await expect(door.page.getByTestId('run-fitted')).toBeVisible()
  await expect(door.page.getByTestId('resume-run')).toBeHidden()
  await shell.open('checkpoints')
  await expect(checkpoints.rows.first().getByTestId('resume-from')).toBeDisabled()
}
