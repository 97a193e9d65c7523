import { existsSync } from 'node:fs'
import type { Budget } from '../contract/records/training'
import { queueRecordType } from '../storage/records/queueRecord'
import type { Workspace } from '../storage/workspace'
import { sleep } from './eventHub'

export type ControlAction = 'pause' | 'stop' | 'checkpoint'

/** A training that is under way. */
export interface ActiveTraining {
  readonly runId: string
  control(action: ControlAction): Promise<void>
  /** Settles when the run's record says how it ended; never rejects. */
  readonly ended: Promise<void>
}

/**
 * One training at a time, first come first. The order is a file, so that runs which waited when the studio ended go on
 * waiting; the runs' own records say the rest.
 */
export interface TrainingQueue {
  /** Waiting runs in order. */
  waiting(): string[]
  readonly active: ActiveTraining | null
  /** Lines a run up; one that waits already keeps its place, but may now be started if it could not before. */
  enqueue(runId: string): Promise<void>
  /** Takes a waiting run out; false when it did not wait. */
  withdraw(runId: string): Promise<boolean>
  /** Starts what waits, now and from now on. `only` leaves runs that already waited to the next studio that opens. */
  open(options: { includeWaiting: boolean }): void
  /** Resolves when nothing trains and nothing that may start waits. */
  idle(): Promise<void>
  /** Starts nothing any more and pauses what trains. */
  close(): Promise<void>
}

export interface QueueOptions {
  workspace: Workspace
  /** Whether the run exists and waits to be trained. */
  isQueued(runId: string): boolean
  begin(runId: string): ActiveTraining
  onChange(): void
}

export async function createTrainingQueue({ workspace, isQueued, begin, onChange }: QueueOptions): Promise<TrainingQueue> {
  const path = workspace.queueFile
  let order: string[] = existsSync(path) ? (await queueRecordType.read(path)).runIds.filter(isQueued) : []
  const held = new Set<string>()
  let active: ActiveTraining | null = null
  let state: 'shut' | 'open' | 'closed' = 'shut'
  let write: Promise<void> = Promise.resolve()

  function store(): Promise<void> {
    const runIds = [...order]
    write = write.catch(() => {}).then(() => queueRecordType.write(path, { type: 'queue', version: 1, runIds }))
    onChange()
    return write
  }

  const startable = (): string | undefined => order.find((id) => !held.has(id) && isQueued(id))

  function pump(): void {
    if (state !== 'open' || active) return
    const next = startable()
    if (next === undefined) return
    order = order.filter((id) => id !== next)
    // The run's own record says that it trains; should the file not be written, the run is taken for interrupted, not lost.
    store().catch(() => {})
    active = begin(next)
    void active.ended.then(() => {
      active = null
      onChange()
      pump()
    })
  }

  return {
    waiting: () => [...order],
    get active() {
      return active
    },
    async enqueue(runId) {
      held.delete(runId)
      if (!order.includes(runId)) {
        order = [...order, runId]
        await store()
      }
      pump()
    },
    async withdraw(runId) {
      if (!order.includes(runId)) return false
      order = order.filter((id) => id !== runId)
      await store()
      return true
    },
    open({ includeWaiting }) {
      if (!includeWaiting) for (const id of order) held.add(id)
      state = 'open'
      pump()
    },
    async idle() {
      while (active || (state === 'open' && startable() !== undefined)) await (active?.ended ?? sleep(10))
    },
    async close() {
      state = 'closed'
      const training = active
      if (training) {
        await training.control('pause').catch(() => {})
        await training.ended
      }
      await write.catch(() => {})
    },
  }
}

/** A budget without any limit would train for ever. */
export const hasLimit = (budget: Budget): boolean =>
  budget.steps !== undefined || budget.epochs !== undefined || budget.minutes !== undefined
