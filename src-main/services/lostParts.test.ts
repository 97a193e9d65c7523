import { cp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'
import type { LevelArray } from '../contract/levels'

/** What a studio does when something that it counted on is gone, or was changed by somebody else. */
let home: string
let runId: string
let opened: TestStudio[] = []
beforeAll(async () => {
  home = await temporaryHome()
  const studio = await openTestStudio(home)
  runId = (await studio.client.runs.create(smallRun)).id
  await until(studio, runId, 'completed')
  await studio.close()
}, 180_000)
afterEach(async () => {
  for (const studio of opened) await studio.close()
  opened = []
})

async function open(): Promise<TestStudio> {
  const studio = await openTestStudio(home)
  opened.push(studio)
  return studio
}

async function draw({ client }: TestStudio): Promise<LevelArray | undefined> {
  let levels
  for await (const { set } of await client.samples.draw({ runId, count: 9, seed: 7 })) levels = set?.levels
  return levels
}

/** Kills the engine that looks at results as soon as it is there, so many times. */
async function killed({ studio }: TestStudio, times: number): Promise<void> {
  const pids = new Set<number>()
  while (pids.size < times) {
    const pid = studio.context.engines.light.current?.pid
    if (pid && !pids.has(pid)) {
      process.kill(pid, 'SIGKILL')
      pids.add(pid)
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

test('an engine that dies while it draws is started once more, and draws the same; one that dies twice is reported', async () => {
  const studio = await open()
  const [expected] = [await draw(studio)]
  await studio.studio.context.engines.light.release()
  const [again] = await Promise.all([draw(studio), killed(studio, 1)])
  expect(again).toEqual(expected)
  await studio.studio.context.engines.light.release()
  const failing = expect(draw(studio)).rejects.toThrow(/engine process was killed \(SIGKILL\)/)
  await killed(studio, 2)
  await failing
  expect((await studio.client.jobs.list())[0]).toMatchObject({ status: 'failed', error: expect.stringMatching(/killed/) as string })
  expect(await draw(studio)).toEqual(expected)
}, 180_000)

test('a removed data set: whatever needs it says which it was and how it comes back; under its name it is found again', async () => {
  const studio = await open()
  const { client } = studio
  const folder = join(home, 'datasets', 'test')
  await cp(folder, `${home}/kept`, { recursive: true })
  const { name } = await client.datasets.get({ id: 'test' })
  const seen: number[] = []
  const abort = new AbortController()
  const watching = (async () => {
    for await (const list of await client.datasets.watch(undefined, { signal: abort.signal })) seen.push(list.length)
  })().catch(() => {})
  await expect.poll(() => seen).toEqual([1])
  await client.datasets.remove({ id: 'test' })
  await expect.poll(() => seen).toEqual([1, 0])
  abort.abort()
  await watching

  const gone = new RegExp(`data set ${name}, on which .* was trained, is not in this workspace any more\\. Import it again under the name '${name}'`)
  await expect(client.runs.resume({ id: runId, budget: { steps: 80 } })).rejects.toThrow(gone)
  const asks = [
    async () => { for await (const _ of await client.scores.score({ runId, split: 'test' })); },
    async () => { for await (const _ of await client.understanding.examine({ runId, split: 'test' })); },
    async () => { for await (const _ of await client.samples.complete({ runId, source: { kind: 'spread', split: 'test', count: 1 }, mask: { kind: 'keep', side: 'top', fraction: 0.5 }, draws: 1, seed: 0 })); },
  ]
  for (const ask of asks) await expect(ask()).rejects.toThrow(gone)
  // What needs no data goes on.
  expect(await draw(studio)).toHaveLength(9 * 36)
  expect((await client.runs.get({ id: runId })).status).toBe('completed')
  await studio.close()
  opened = []

  // Another one has taken its name.
  await rename(`${home}/kept`, folder)
  const path = join(folder, 'dataset.json')
  const record = await readFile(path, 'utf8')
  await writeFile(path, record.replace('"levels": 2', '"levels": 4'))
  const other = await open()
  await expect(other.client.runs.resume({ id: runId, budget: { steps: 80 } })).rejects.toThrow(/is called .* now is not the one on which .* was trained: its examples have another shape or other levels/)
  await other.close()
  opened = []
  await writeFile(path, record)
  const { client: last } = await open()
  await last.runs.resume({ id: runId, budget: { steps: 70 } })
  await until({ client: last }, runId, 'completed')
}, 180_000)

test('notes that another window has written are not overwritten unseen', async () => {
  const { client } = await open()
  await client.runs.update({ id: runId, notes: 'first', notesBefore: '' })
  await expect(client.runs.update({ id: runId, notes: 'second', notesBefore: '' })).rejects.toThrow(/notes of .* were changed elsewhere/)
  expect((await client.runs.get({ id: runId })).notes).toBe('first')
  await client.runs.update({ id: runId, notes: 'first, second', notesBefore: 'first' })
  // The same text twice is no conflict, and who does not say what it was written over, overwrites.
  await client.runs.update({ id: runId, notes: 'first, second', notesBefore: 'first' })
  await client.runs.update({ id: runId, notes: '' })
  expect((await client.runs.get({ id: runId })).notes).toBe('')
})

test('a place in the queue that was chosen in an order that is no more is refused', async () => {
  const { client } = await open()
  await client.queue.setPaused({ paused: true })
  const ids = []
  for (const _ of [1, 2, 3]) ids.push((await client.runs.create(smallRun)).id)
  const [a, b, c] = ids as [string, string, string]
  const order = async (): Promise<string[]> => (await client.queue.get()).waiting.map((row) => row.runId)
  await client.queue.move({ runId: c, to: 0, seen: [a, b, c] })
  await expect(client.queue.move({ runId: b, to: 0, seen: [a, b, c] })).rejects.toThrow(/queue has changed while .* was moved/)
  expect(await order()).toEqual([c, a, b])
  await client.queue.move({ runId: b, to: 0, seen: [c, a, b] })
  expect(await order()).toEqual([b, c, a])
})

test('a queue that cannot be read is put aside, and what waits still waits', async () => {
  const path = join(home, 'queue.json')
  const damaged = '{ "type": "queue", "vers'
  await writeFile(path, damaged)
  const { client } = await open()
  const info = await client.system.info()
  expect(info.problems).toEqual([expect.stringMatching(/queue\.json is damaged.*lies as .*queue\.json\.put-aside/)])
  expect(await readFile(`${path}.put-aside`, 'utf8')).toBe(damaged)
  const { waiting, active } = await client.queue.get()
  expect(waiting.length + (active === null ? 0 : 1)).toBe(3)
  await client.queue.setPaused({ paused: true })
})

test('published results that cannot be read do not take the leaderboard with them', async () => {
  await writeFile(join(home, 'published.json'), JSON.stringify({ type: 'published', version: 9 }))
  const { client } = await open()
  await expect(client.publications.list()).rejects.toThrow(/published\.json was made by a newer version/)
  const { rows } = await client.scores.compare({ runIds: [runId], split: 'test' })
  expect(rows.length).toBeGreaterThan(0)
})
