import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Workspace } from '../storage/workspace'
import { openWorkspace } from '../storage/workspace'
import type { TrainingQueue } from './queue'
import { createTrainingQueue } from './queue'

let home: string
let workspace: Workspace
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-queue-'))
  workspace = await openWorkspace(home)
})
const opened: TrainingQueue[] = []
afterEach(async () => {
  for (const queue of opened.splice(0)) await queue.close()
  await rm(home, { recursive: true, force: true })
})

/** A queue whose trainings end when they are told to. */
async function open(options: { obeysPause?: boolean } = {}): Promise<{ queue: TrainingQueue; started: string[]; end(): Promise<void> }> {
  const started: string[] = []
  let finish = (): void => {}
  const queue = await createTrainingQueue({
    workspace,
    ...options,
    isQueued: () => true,
    begin(runId) {
      started.push(runId)
      const ended = new Promise<void>((resolve) => (finish = resolve))
      return { runId, control: () => Promise.resolve(finish()), ended }
    },
    onChange: () => {},
  })
  opened.push(queue)
  return {
    queue,
    started,
    async end() {
      finish()
      await new Promise(setImmediate)
    },
  }
}

test('runs start in the order that they were given', async () => {
  const { queue, started, end } = await open()
  queue.open({ includeWaiting: true })
  for (const id of ['a', 'b', 'c', 'd']) await queue.enqueue(id)
  expect(queue.waiting()).toEqual(['b', 'c', 'd'])
  expect(await queue.move('d', 0)).toBe(true)
  expect(await queue.move('b', 99)).toBe(true)
  expect(await queue.move('a', 0)).toBe(false)
  expect(queue.waiting()).toEqual(['d', 'c', 'b'])
  await end()
  await end()
  expect(started).toEqual(['a', 'd', 'c'])
})

test('a paused queue starts nothing, and goes on where it was', async () => {
  const { queue, started, end } = await open()
  queue.open({ includeWaiting: true })
  await queue.enqueue('a')
  await queue.setPaused(true)
  await queue.enqueue('b')
  await end()
  expect(started).toEqual(['a'])
  await queue.idle()
  await queue.setPaused(false)
  expect(started).toEqual(['a', 'b'])
})

test('order and pause survive a restart; a single command does what it was asked all the same', async () => {
  const first = await open()
  await first.queue.setPaused(true)
  for (const id of ['a', 'b', 'c']) await first.queue.enqueue(id)
  await first.queue.move('c', 0)

  const second = await open()
  expect(second.queue.waiting()).toEqual(['c', 'a', 'b'])
  expect(second.queue.paused).toBe(true)
  second.queue.open({ includeWaiting: true })
  expect(second.started).toEqual([])

  const command = await open({ obeysPause: false })
  command.queue.open({ includeWaiting: false })
  await command.queue.enqueue('own')
  expect(command.started).toEqual(['own'])
  expect(command.queue.waiting()).toEqual(['c', 'a', 'b'])
})
