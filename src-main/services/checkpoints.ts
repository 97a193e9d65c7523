import { copyFile, mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointListing, CheckpointRecord, RunRecord } from '../contract/records/run'
import type { RetentionRule } from '../contract/retention'
import { stepsGivenUp } from '../contract/retention'
import { UserError } from '../data/userError'
import { storageError } from '../storage/atomicWrite'
import { stepsInUse } from './checkpointUse'
import type { StudioContext } from './context'
import { galleryFolder, galleryStep } from './gallery'
import { rewind } from './resume'
import { settled } from './runs'
import { checkpointTrashId } from './trash'

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

/** Moves it to the trash, from which it can be taken back. */
export async function removeCheckpoint({ runs, queue, hub, jobs }: StudioContext, runId: string, step: number): Promise<{ ok: true; trashId: string }> {
  const run = runs.get(runId)
  if (queue.active?.runId === runId) {
    const last = (await runs.checkpoints(runId).list()).at(-1)
    if (last?.step === step)
      throw new UserError(`Step ${step} is the last checkpoint of ${run.name}, which is training.`, {
        mend: 'Stop the run first, or delete an earlier one.',
      })
  }
  if (stepsInUse({ jobs }, runId).has(step) && jobs.list().some((job) => job.runId === runId && job.kind !== 'train' && job.finishedAt === null))
    throw new UserError(`The checkpoint of step ${step} of ${run.name} is in use.`, { mend: 'Wait until its samples, scores or exports are done, or cancel them.' })
  const { id } = await runs.checkpoints(runId).discard(step)
  hub.emit('runs', runId)
  return { ok: true, trashId: checkpointTrashId(runId, id) }
}

/** Gives a run another rule; it is applied at the next checkpoint, and now where the caller says so. */
export async function setRetention({ runs }: StudioContext, runId: string, rule: RetentionRule): Promise<RunRecord> {
  await runs.save(runId, { training: { ...runs.get(runId).training, ...rule } })
  return runs.get(runId)
}

/** Moves to the trash what a run's rule gives up. */
export async function applyRetention({ runs, jobs, hub }: StudioContext, runId: string): Promise<{ steps: number[]; bytes: number; trashIds: string[] }> {
  const store = runs.checkpoints(runId)
  const listings = await store.list()
  const steps = stepsGivenUp(runs.get(runId).training, listings, stepsInUse({ jobs }, runId))
  const trashIds: string[] = []
  for (const step of steps) trashIds.push(checkpointTrashId(runId, (await store.discard(step)).id))
  if (steps.length > 0) hub.emit('runs', runId)
  return { steps, trashIds, bytes: listings.reduce((sum, { step, record }) => sum + (record && steps.includes(step) ? record.bytes : 0), 0) }
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
