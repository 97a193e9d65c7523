import { copyFile, mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointListing, CheckpointRecord, RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import { storageError } from '../storage/atomicWrite'
import type { StudioContext } from './context'
import { galleryFolder, galleryStep } from './gallery'
import { rewind } from './resume'
import { settled } from './runs'

export function listCheckpoints({ runs }: StudioContext, runId: string): Promise<CheckpointListing[]> {
  runs.get(runId)
  return runs.checkpoints(runId).list()
}

export async function updateCheckpoint(
  { runs, hub }: StudioContext,
  { runId, step, note, pinned }: { runId: string; step: number; note?: string | undefined; pinned?: boolean | undefined },
): Promise<CheckpointRecord> {
  runs.get(runId)
  const change = { ...(note === undefined ? {} : { note }), ...(pinned === undefined ? {} : { pinned }) }
  const record = await runs.checkpoints(runId).update(step, change)
  hub.emit('runs', runId)
  return record
}

export async function removeCheckpoint({ runs, queue, hub }: StudioContext, runId: string, step: number): Promise<{ ok: true }> {
  const run = runs.get(runId)
  if (queue.active?.runId === runId) {
    const last = (await runs.checkpoints(runId).list()).at(-1)
    if (last?.step === step)
      throw new UserError(`Step ${step} is the last checkpoint of ${run.name}, which is training.`, {
        mend: 'Stop the run first, or delete an earlier one.',
      })
  }
  await runs.checkpoints(runId).remove(step)
  hub.emit('runs', runId)
  return { ok: true }
}

/**
 * Makes a checkpoint the last one. What came after it moves to `<run>/discarded/<time>/`: later checkpoints, gallery images, and the
 * metrics as they were.
 */
export async function restoreCheckpoint(context: StudioContext, runId: string, step: number): Promise<RunRecord> {
  const { runs, queue } = context
  await settled(context, runId)
  const run = runs.get(runId)
  if (queue.active?.runId === runId) throw new UserError(`${run.name} is training.`, { mend: 'Pause or stop it first.' })
  const store = runs.checkpoints(runId)
  const checkpoint = await store.load(step)
  await queue.withdraw(runId)
  const discarded = join(runs.folderOf(runId), 'discarded', new Date().toISOString().replaceAll(':', '-'))
  try {
    await mkdir(join(discarded, 'checkpoints'), { recursive: true })
    await mkdir(join(discarded, 'gallery'))
    await copyFile(join(runs.folderOf(runId), 'metrics.jsonl'), join(discarded, 'metrics.jsonl')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    for (const later of await store.list()) {
      if (later.step > step) await rename(store.folderOf(later.step), join(discarded, 'checkpoints', String(later.step)))
    }
    const gallery = galleryFolder(runs.folderOf(runId))
    for (const name of await readdir(gallery).catch(() => [])) {
      if ((galleryStep(name) ?? -1) > step) await rename(join(gallery, name), join(discarded, 'gallery', name))
    }
  } catch (error) {
    throw storageError('set aside what came after the checkpoint in', discarded, error)
  }
  await rewind(context, runId, checkpoint)
  await runs.save(runId, { status: 'paused', error: null })
  return runs.get(runId)
}
