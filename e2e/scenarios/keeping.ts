import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** A checkpoint is deleted and taken back, a branch trained from another, the run taken to another place as a file and back. */
export async function runIsKept(door: Door): Promise<void> {
  const { shell, models, train, checkpoints, storage } = studioPages(door.page)
  await shell.open('models')
  await models.choose('nade', 'small')
  await models.openAdvanced()
  await models.set('checkpointEvery', 20)
  await models.budget({ steps: 60 })
  await models.start()
  await train.expectStatus('Completed', 180_000)
  const [parent] = runRecords(door.home)

  // Deleted, still deleted after a restart, and taken back.
  await shell.open('checkpoints')
  await checkpoints.choose(20, 'Delete')
  await expect(checkpoints.row(20)).toBeHidden()
  await storage.undo()
  await expect(checkpoints.row(20)).toBeVisible()
  await checkpoints.choose(20, 'Delete')
  await expect(checkpoints.row(20)).toBeHidden()
  await door.restart('SIGKILL')
  const again = studioPages(door.page)
  await again.shell.open('checkpoints')
  await again.storage.open()
  await expect(again.storage.trash).toContainText('step 20 of')
  await again.storage.trash.getByTestId('take-back').click()
  await expect(again.storage.trash).toHaveCount(0)

  // A rule says what it would give up before it does; the trash has it until it is emptied.
  await expect(again.storage.preview).toContainText('gives up nothing')
  await again.storage.keep(0)
  await expect(again.storage.trash).not.toHaveCount(0)
  await door.page.getByTestId('empty-trash').click()
  await again.checkpoints.confirm()
  await expect(again.storage.trash).toHaveCount(0)

  // A branch with the optimiser's state counts on from its checkpoint, and says where it comes from.
  await door.page.getByRole('radio', { name: 'Checkpoints' }).click()
  await again.checkpoints.choose(60, 'Branch from here…')
  await again.storage.branch({ name: 'Further', state: 'keep', budget: { steps: 20 }, learningRate: 0.002 })
  await expect(again.storage.lineage).toContainText('step 60')
  await again.train.expectStatus('Completed', 180_000)
  const branch = runRecords(door.home).find(({ name }) => name === 'Further')
  expect([branch?.progress.step, branch?.parent?.runId]).toEqual([80, parent?.id])
  // As the parent is now: the rule for its checkpoints was changed above.
  expect(branch?.training).toEqual({ ...runRecords(door.home).find(({ id }) => id === parent?.id)?.training, learningRate: 0.002 })

  // Out as a file, deleted, in again; a second time only as a copy.
  const archive = await door.save(() => again.storage.chooseForRun('Export run as an archive'))
  const events = await door.save(() => again.storage.chooseForRun('Export metrics for TensorBoard'))
  expect(events.name).toContain('tfevents')
  await again.storage.chooseForRun('Delete')
  await again.checkpoints.confirm()
  await expect(again.train.rows).toHaveCount(1)
  await again.storage.importRun(archive)
  await expect(again.train.rows).toHaveCount(2)
  await expect(again.storage.lineage).toContainText('Imported from')
  await again.storage.importRun(archive)
  await again.checkpoints.confirm()
  await expect(again.train.rows).toHaveCount(3)
}
