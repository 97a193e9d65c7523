import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import type { Budget } from '../contract/records/training'
import { queueRecordType } from '../storage/records/queueRecord'
import type { Workspace } from '../storage/workspace'
import { messageOf } from './errors'
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
  /** Gives a waiting run another place, 0 being the next to start; false when it does not wait. */
  move(runId: string, to: number): Promise<boolean>
  readonly paused: boolean
  /** While paused nothing that waits is started, in this studio and in the next; what trains goes on. */
  setPaused(paused: boolean): Promise<void>
  /** Starts what waits, now and from now on. `only` leaves runs that already waited to the next studio that opens. */
  open(options: { includeWaiting: boolean }): void
  /** Resolves when nothing trains and nothing that may start waits. */
  idle(): Promise<void>
  /** Starts nothing any more and pauses what trains. */
  close(): Promise<void>
  /** Why the stored order could not be used. */
  readonly problems: readonly string[]
}

export interface QueueOptions {
  workspace: Workspace
  /** Whether the run exists and waits to be trained. */
  isQueued(runId: string): boolean
  /** Whether a paused queue holds back runs here: a single command does what it was asked. */
  obeysPause?: boolean
  begin(runId: string): ActiveTraining
  onChange(): void
}

export async function createTrainingQueue({ workspace, isQueued, obeysPause = true, begin, onChange }: QueueOptions): Promise<TrainingQueue> {
  const path = workspace.queueFile
  const problems: string[] = []
  const stored = existsSync(path) ? await queueRecordType.read(path).catch(putAside) : null
  let order: string[] = (stored?.runIds ?? []).filter(isQueued)
  let paused = stored?.paused ?? false
  const held = new Set<string>()
  let active: ActiveTraining | null = null
  let state: 'shut' | 'open' | 'closed' = 'shut'
  let write: Promise<void> = Promise.resolve()

  /** A queue that cannot be read must not keep the studio shut: its runs say themselves that they wait. */
  async function putAside(problem: unknown): Promise<null> {
    const aside = `${path}.put-aside`
    await rename(path, aside)
    problems.push(`${messageOf(problem)} What waits was lined up by age; the file lies as ${aside}.`)
    return null
  }

  function store(): Promise<void> {
    const runIds = [...order]
    const held = paused
    write = write.catch(() => {}).then(() => queueRecordType.write(path, { type: 'queue', version: 1, runIds, paused: held }))
    onChange()
    return write
  }

  const startable = (): string | undefined => order.find((id) => !held.has(id) && isQueued(id))

  function pump(): void {
    if (state !== 'open' || active || (paused && obeysPause)) return
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
    problems,
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
    async move(runId, to) {
      if (!order.includes(runId)) return false
      const others = order.filter((id) => id !== runId)
      order = [...others.slice(0, to), runId, ...others.slice(to)]
      await store()
      return true
    },
    get paused() {
      return paused
    },
    async setPaused(next) {
      if (next === paused) return
      paused = next
      await store()
      pump()
    },
    open({ includeWaiting }) {
      if (!includeWaiting) for (const id of order) held.add(id)
      state = 'open'
      pump()
    },
    async idle() {
      while (active || (state === 'open' && !(paused && obeysPause) && startable() !== undefined)) await (active?.ended ?? sleep(10))
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
