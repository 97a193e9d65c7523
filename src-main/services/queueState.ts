import type { QueueState } from '../contract/records/queue'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'
import { changes } from './eventHub'
import { startTimes } from './startTimes'

export function queueState({ queue, runs, datasets }: StudioContext): QueueState {
  const active = queue.active?.runId ?? null
  const waiting = queue.waiting().filter((id) => runs.has(id))
  const examples = new Map(datasets.list().map(({ id, counts }) => [id, counts.train]))
  const starts = queue.paused
    ? waiting.map(() => null)
    : startTimes({ active: active === null || !runs.has(active) ? null : runs.get(active), waiting: waiting.map((id) => runs.get(id)), all: runs.list(), examples })
  return { paused: queue.paused, active, waiting: waiting.map((runId, index) => ({ runId, startsInSeconds: starts[index] ?? null })) }
}

export async function moveInQueue(context: StudioContext, { runId, to, seen }: { runId: string; to: number; seen?: string[] | undefined }): Promise<QueueState> {
  const run = context.runs.get(runId)
  if (seen && seen.join() !== queueState(context).waiting.map((each) => each.runId).join()) {
    throw new UserError(`The queue has changed while ${run.name} was moved.`, { field: 'seen', mend: 'It is shown as it is now: move the run again where that is still wanted.' })
  }
  if (!(await context.queue.move(runId, to))) throw new UserError(`${run.name} does not wait: it is ${run.status}.`, { field: 'runId' })
  return queueState(context)
}

export async function pauseQueue(context: StudioContext, paused: boolean): Promise<QueueState> {
  await context.queue.setPaused(paused)
  return queueState(context)
}

export async function* watchQueue(context: StudioContext, signal: AbortSignal | undefined): AsyncGenerator<QueueState, void> {
  let last = ''
  for await (const _ of changes({ hub: context.hub, topics: ['system', 'runs'], signal })) {
    const state = queueState(context)
    // Progress calls all the time; estimates that move by less than people notice are no news.
    const text = JSON.stringify({ ...state, waiting: state.waiting.map(({ runId, startsInSeconds }) => [runId, rounded(startsInSeconds)]) })
    if (text !== last) yield state
    last = text
  }
}

const rounded = (seconds: number | null): number | null => (seconds === null ? null : seconds < 60 ? Math.round(seconds / 5) : Math.round(60 + seconds / 20))
