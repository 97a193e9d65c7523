import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointListing, CheckpointRecord } from '../contract/records/run'
import type { RetentionRule } from '../contract/retention'
import { stepsGivenUp } from '../contract/retention'
import { StorageError, storageError, syncFolder } from './atomicWrite'
import { unreadBytes, wrongContent, wrongLength } from './fileChecks'
import { checkpointRecordType } from './records/checkpointRecord'
import { moveToTrash, takeFromTrash, trashEntry } from './trash'
import type { TrashEntry } from './trash'
import { subfolders } from './workspace'

/**
 * `<run>/checkpoints/<step>/`: checkpoint.json and the safetensors files it lists with length and SHA-256. The folder gets
 * its final name only when it is complete, so a `.partial` one is a write that a crash cut off, and is removed.
 */
export interface CheckpointStore {
  readonly folder: string
  folderOf(step: number): string
  /** Every checkpoint, ascending; damaged ones with `problem`. Tags are worked out anew: 'last' and 'best' among the sound ones. */
  list(): Promise<CheckpointListing[]>
  /** The sound checkpoint of a step, 'best' or 'last', its content verified; StorageError with the reason otherwise. */
  load(selector: 'best' | 'last' | number): Promise<CheckpointRecord>
  /** The latest one whose content is sound, and why later ones were passed over. */
  lastSound(): Promise<{ record: CheckpointRecord | null; skipped: { step: number; problem: string }[] }>
  /** Completes a folder of finished tensors: writes checkpoint.json there and gives it its name. */
  commit(partialFolder: string, record: CheckpointRecord): Promise<void>
  update(step: number, change: Partial<Pick<CheckpointRecord, 'note' | 'pinned'>>): Promise<CheckpointRecord>
  /** Removes it so that it can be taken back from the trash of `folder`. */
  discard(step: number): Promise<TrashEntry>
  /** Takes a discarded one back; returns its step. */
  recover(trashId: string): Promise<number>
  /** Removes what a rule gives up, for good, save those in use; returns the removed steps. */
  retain(rule: RetentionRule, inUse?: ReadonlySet<number>): Promise<number[]>
  /** Removes what crashes left behind. Only while nothing trains. */
  clean(): Promise<void>
}

const RECORD = 'checkpoint.json'
/** Contents are verified while listing as long as that stays this cheap; loading always verifies. */
const LISTING_CHECKSUM_BYTES = 256 * 1024 ** 2

export function checkpointStore(runFolder: string): CheckpointStore {
  const folder = join(runFolder, 'checkpoints')
  const folderOf = (step: number): string => join(folder, String(step))

  async function steps(): Promise<number[]> {
    return (await subfolders(folder))
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
  }

  async function readRecord(step: number): Promise<CheckpointRecord> {
    const record = await checkpointRecordType.read(join(folderOf(step), RECORD))
    if (record.step !== step)
      throw new StorageError(`${join(folderOf(step), RECORD)} is that of step ${record.step}: the folder was renamed.`, folderOf(step))
    return record
  }

  async function check(step: number, budget: { bytes: number }): Promise<CheckpointListing> {
    let record: CheckpointRecord
    try {
      record = await readRecord(step)
    } catch (error) {
      return { step, record: null, problem: error instanceof Error ? error.message : String(error) }
    }
    const unread = await unreadBytes(folderOf(step), record.files)
    const thorough = unread <= budget.bytes
    if (thorough) budget.bytes -= unread
    const problem = thorough ? await wrongContent(folderOf(step), record.files) : await wrongLength(folderOf(step), record.files)
    return { step, record, problem: problem && damaged(step, problem) }
  }

  async function listWithin(bytes: number): Promise<CheckpointListing[]> {
    const budget = { bytes }
    const listings: CheckpointListing[] = []
    // Latest first, for the budget is best spent on those that a resume would take.
    for (const step of (await steps()).reverse()) listings.push(await check(step, budget))
    return tagged(listings.reverse())
  }

  const list = (): Promise<CheckpointListing[]> => listWithin(LISTING_CHECKSUM_BYTES)

  /** Puts right what the records say about 'best' and 'last', for people and programs that read the files. */
  async function retag(): Promise<CheckpointListing[]> {
    const listings = await listWithin(0)
    for (const { step, record, problem } of listings) {
      if (!record || problem) continue
      const written = await readRecord(step)
      if (written.tags.join() !== record.tags.join()) await checkpointRecordType.write(join(folderOf(step), RECORD), record)
    }
    return listings
  }

  async function remove(step: number): Promise<void> {
    // Renamed first: a removal cut off in the middle must not leave half a checkpoint.
    const doomed = join(folder, `.deleted-${step}-${randomBytes(4).toString('hex')}`)
    try {
      await rename(folderOf(step), doomed)
      await rm(doomed, { recursive: true, force: true })
    } catch (error) {
      throw storageError('delete', folderOf(step), error)
    }
  }

  return {
    folder,
    folderOf,
    list,
    async load(selector) {
      const listings = await list()
      const sound = listings.filter(({ record, problem }) => record && !problem)
      if (typeof selector !== 'number') {
        const chosen = sound.find(({ record }) => record?.tags.includes(selector))?.record
        if (!chosen)
          throw new StorageError(
            listings.length === 0 ? 'This run has no checkpoint yet.' : 'None of the checkpoints of this run is usable.',
            folder,
          )
        const problem = await wrongContent(folderOf(chosen.step), chosen.files, true)
        if (problem) throw new StorageError(damaged(chosen.step, problem), folderOf(chosen.step))
        return chosen
      }
      const listing = listings.find(({ step }) => step === selector)
      const known = sound.map(({ step }) => step).join(', ') || 'none'
      if (!listing) throw new StorageError(`There is no checkpoint at step ${selector}. Steps with one: ${known}.`, folder)
      const problem = listing.problem ?? (listing.record && (await wrongContent(folderOf(selector), listing.record.files, true)))
      if (problem || !listing.record) throw new StorageError(listing.problem ?? damaged(selector, String(problem)), folderOf(selector))
      return listing.record
    },
    async lastSound() {
      const skipped: { step: number; problem: string }[] = []
      for (const { step, record, problem } of (await list()).reverse()) {
        const found =
          problem ?? (record && (await wrongContent(folderOf(step), record.files, true).then((text) => text && damaged(step, text))))
        if (record && !found) return { record, skipped }
        skipped.push({ step, problem: found ?? 'unreadable' })
      }
      return { record: null, skipped }
    },
    async commit(partialFolder, record) {
      const problem = await wrongLength(partialFolder, record.files)
      if (problem) throw new StorageError(`The checkpoint of step ${record.step} was not written completely: ${problem}.`, partialFolder)
      await mkdir(folder, { recursive: true })
      await checkpointRecordType.write(join(partialFolder, RECORD), record)
      try {
        await syncFolder(partialFolder)
        const old = join(folder, `.deleted-${record.step}-${randomBytes(4).toString('hex')}`)
        // A damaged checkpoint of this step, or one that a resume trained past again.
        const replaced = await rename(folderOf(record.step), old).then(
          () => true,
          () => false,
        )
        await rename(partialFolder, folderOf(record.step))
        await syncFolder(folder)
        if (replaced) await rm(old, { recursive: true, force: true })
      } catch (error) {
        throw storageError('complete the checkpoint', folderOf(record.step), error)
      }
      await retag()
    },
    async update(step, change) {
      const listing = (await list()).find((candidate) => candidate.step === step)
      if (!listing) throw new StorageError(`There is no checkpoint at step ${step}.`, folder)
      if (!listing.record) throw new StorageError(listing.problem ?? 'The checkpoint is damaged.', folderOf(step))
      const record = { ...listing.record, ...change }
      await checkpointRecordType.write(join(folderOf(step), RECORD), record)
      return record
    },
    async discard(step) {
      if (!(await steps()).includes(step)) throw new StorageError(`There is no checkpoint at step ${step}.`, folder)
      const entry = await moveToTrash(folder, String(step))
      await retag()
      return entry
    },
    async recover(trashId) {
      const entry = await trashEntry(folder, trashId)
      await takeFromTrash(folder, entry)
      await retag()
      return Number(entry.name)
    },
    async retain(rule, inUse) {
      const doomed = stepsGivenUp(rule, await listWithin(0), inUse)
      for (const step of doomed) await remove(step)
      return doomed
    },
    async clean() {
      const entries = await readdir(folder).catch(() => [])
      for (const name of entries) {
        if (name.endsWith('.partial') || name.startsWith('.deleted-')) await rm(join(folder, name), { recursive: true, force: true })
      }
    },
  }
}

const damaged = (step: number, problem: string): string =>
  `The checkpoint of step ${step} is damaged: ${problem}. It is never loaded; use another one or delete it.`

/** Best: the lowest validation NLL, the earlier of equals; without any validation, the last. */
function tagged(listings: CheckpointListing[]): CheckpointListing[] {
  const sound = listings.filter(({ record, problem }) => record && !problem)
  const last = sound.at(-1)?.step
  let best: CheckpointRecord | null = null
  for (const { record } of sound) {
    if (record?.valid && (!best?.valid || record.valid.nats < best.valid.nats)) best = record
  }
  const bestStep = best?.step ?? last
  return listings.map((listing) => {
    if (!listing.record) return listing
    const usable = listing.problem === null
    const tags: CheckpointRecord['tags'] = []
    if (usable && listing.step === bestStep) tags.push('best')
    if (usable && listing.step === last) tags.push('last')
    return { ...listing, record: { ...listing.record, tags } }
  })
}
