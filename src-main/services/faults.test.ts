import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'

let opened: TestStudio[] = []
afterEach(async () => {
  for (const studio of opened) await studio.close()
  opened = []
})

async function open(home?: string): Promise<TestStudio> {
  const studio = await openTestStudio(home ?? (await temporaryHome()))
  opened.push(studio)
  return studio
}

/** Long enough to be caught in the middle on a quick machine. */
const long = { ...smallRun, training: { ...smallRun.training, validateEvery: 100, checkpointEvery: 100 }, budget: { steps: 2000 } }

async function trained(studio: TestStudio, run: typeof smallRun = smallRun): Promise<string> {
  const { id } = await studio.client.runs.create(run)
  await until(studio, id, 'completed')
  return id
}

test('an engine killed in mid-training interrupts the run, with the reason and the mend; it resumes to the same weights', async () => {
  const studio = await open()
  const { client } = studio
  const expected = (await client.runs.get({ id: await trained(studio, long) })).weightsHash
  const { id } = await client.runs.create(long)
  for (const step of [150, 600, 1200]) {
    await until(studio, id, (run) => run.status === 'running' && run.progress.step >= step)
    process.kill(studio.studio.context.engines.training.current!.pid!, 'SIGKILL')
    const run = await until(studio, id, 'interrupted')
    expect(run.error).toMatch(/killed.*SIGKILL.*Resume the run to go on from its checkpoint of step \d+/s)
    await client.runs.resume({ id })
  }
  const run = await until(studio, id, 'completed')
  expect(run.error).toBeNull()
  expect(run.weightsHash).toBe(expected)
  const metrics = await client.runs.metrics({ id })
  const steps = metrics.filter(({ kind }) => kind === 'train').map(({ step }) => step)
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
  expect(run.best?.nats).toBe(Math.min(...metrics.filter(({ kind }) => kind === 'valid').map(({ nats }) => nats)))
}, 180_000)

test('a watcher is told to forget what a resume has cut', async () => {
  const studio = await open()
  const id = await trained(studio)
  const abort = new AbortController()
  const messages: { from: number; reset: boolean; count: number }[] = []
  const watching = (async () => {
    for await (const { from, reset, points } of await studio.client.runs.watchMetrics({ id }, { signal: abort.signal }))
      messages.push({ from, reset, count: points.length })
  })().catch(() => {})
  const total = (await studio.client.runs.metrics({ id })).length
  await expect.poll(() => messages.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  await studio.client.checkpoints.restore({ runId: id, step: 20 })
  await expect.poll(() => messages.at(-1)?.reset).toBe(true)
  expect(messages.at(-1)).toEqual({ from: 0, reset: true, count: (await studio.client.runs.metrics({ id })).length })
  abort.abort()
  await watching
}, 180_000)

test('restoring a checkpoint sets aside what came after it, and training goes on from there', async () => {
  const studio = await open()
  const id = await trained(studio)
  const before = await studio.client.runs.get({ id })
  const restored = await studio.client.checkpoints.restore({ runId: id, step: 20 })
  expect(restored).toMatchObject({ status: 'paused', progress: { step: 20 }, lastValid: { step: 20 }, best: { step: 20 } })
  expect((await studio.client.checkpoints.list({ runId: id })).map(({ step }) => step)).toEqual([20])
  expect(Math.max(...(await studio.client.runs.metrics({ id })).map(({ step }) => step))).toBe(20)
  await studio.client.runs.resume({ id })
  expect((await until(studio, id, 'completed')).weightsHash).toBe(before.weightsHash)
}, 180_000)

test('a damaged checkpoint is listed, never used, and a resume takes the one before', async () => {
  const studio = await open()
  const id = await trained(studio)
  const { weightsHash } = await studio.client.runs.get({ id })
  const folder = join(studio.home, 'runs', id, 'checkpoints', '60')
  const file = join(folder, 'weights.safetensors')
  const content = await readFile(file)
  content[content.length - 5]! ^= 64
  await writeFile(file, content)
  const listing = (await studio.client.checkpoints.list({ runId: id })).at(-1)
  expect(listing).toMatchObject({ step: 60, problem: expect.stringMatching(/checksum of weights\.safetensors does not match/) as string })
  const draw = async (): Promise<void> => {
    for await (const _ of await studio.client.samples.draw({ runId: id, checkpoint: 60, count: 1 }));
  }
  await expect(draw()).rejects.toThrow(/step 60 is damaged/)
  await studio.client.runs.resume({ id, budget: { steps: 61 } })
  const run = await until(studio, id, 'completed')
  expect(run.notes).toMatch(/Resumed from step 40.*checksum/)
  await studio.client.checkpoints.restore({ runId: id, step: 40 })
  await studio.client.runs.resume({ id, budget: { steps: 60 } })
  expect((await until(studio, id, 'completed')).weightsHash).toBe(weightsHash)
}, 180_000)

test('a run whose process died is interrupted at the next start; torn metrics and half a checkpoint are put right', async () => {
  const studio = await open()
  const id = await trained(studio)
  await studio.close()
  opened = []
  const folder = join(studio.home, 'runs', id)
  const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { status: string; budget: object; error: null }
  await writeFile(join(folder, 'run.json'), JSON.stringify({ ...record, status: 'running', budget: { steps: 80 } }))
  await appendFile(join(folder, 'metrics.jsonl'), '{"kind":"train","step":61,"epo')
  await truncate(join(folder, 'checkpoints', '60', 'optimizer.safetensors'), 100)

  const next = await open(studio.home)
  const run = await next.client.runs.get({ id })
  expect(run).toMatchObject({
    status: 'interrupted',
    error: expect.stringMatching(/ended while this run was training.*checkpoint of step 40/) as string,
  })
  await next.client.runs.resume({ id })
  expect((await until(next, id, 'completed')).progress.step).toBe(80)
  expect((await next.client.runs.metrics({ id })).at(-1)?.step).toBe(80)
}, 180_000)

test('a record of a newer version is reported by name, stays as it is, and hides nothing else', async () => {
  const studio = await open()
  const id = await trained(studio)
  await studio.close()
  opened = []
  const file = join(studio.home, 'runs', id, 'run.json')
  const text = (await readFile(file, 'utf8')).replace('"version": 1', '"version": 2')
  await writeFile(file, text)
  const next = await open(studio.home)
  expect((await next.client.system.info()).problems).toEqual([expect.stringMatching(/run\.json was made by a newer version of Chainrule/)])
  expect(await next.client.datasets.list()).toHaveLength(1)
  await expect(next.client.runs.get({ id })).rejects.toThrow(/no run/)
  expect(await readFile(file, 'utf8')).toBe(text)
}, 180_000)

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  test('at the metrics fails the run with the cause, and it can be resumed when there is room', async () => {
    const studio = await open()
    const { client, home } = studio
    const blocker = await client.runs.create({ ...smallRun, budget: { steps: 100_000 } })
    const { id } = await client.runs.create(smallRun)
    const log = join(home, 'runs', id, 'metrics.jsonl')
    await symlink('/dev/full', log)
    await client.runs.stop({ id: blocker.id })
    const run = await until(studio, id, 'failed')
    expect(run.error).toMatch(/metrics\.jsonl: the disk is full\. Free some space.*Resume the run/s)
    expect((await client.jobs.list()).find(({ runId }) => runId === id)).toMatchObject({ status: 'failed', error: run.error })
    await studio.close()
    opened = []
    await rm(log)
    const next = await open(home)
    await next.client.runs.resume({ id })
    expect((await until(next, id, 'completed')).error).toBeNull()
  }, 180_000)

  test.skipIf(!canMount())(
    'at a checkpoint fails the run with the cause, leaves no half of it, and it resumes when there is room',
    async () => {
      const studio = await open()
      const { client, home } = studio
      const blocker = await client.runs.create({ ...smallRun, budget: { steps: 100_000 } })
      const { id } = await client.runs.create({ ...smallRun, model: { family: 'made', config: { hidden: [500] } } })
      const folder = join(home, 'runs', id, 'checkpoints')
      await mkdir(folder)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
      try {
        await client.runs.stop({ id: blocker.id })
        const run = await until(studio, id, 'failed')
        expect(run.error).toMatch(/checkpoints.*the disk is full\. Free some space.*Resume the run/s)
        expect(await client.checkpoints.list({ runId: id })).toEqual([])
      } finally {
        execFileSync('umount', [folder])
      }
      await client.runs.resume({ id })
      await until(studio, id, 'completed')
      expect((await client.checkpoints.list({ runId: id })).map(({ step }) => step)).toEqual([20, 40, 60])
    },
    90_000,
  )
})

/** Whether this machine lets a small file system be mounted, for a disk that is really full. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  }
}

test('the engine goes on with the next run after one has failed', async () => {
  const studio = await open()
  const { client } = studio
  const first = await client.runs.create(long)
  const second = await client.runs.create(smallRun)
  await until(studio, first.id, (run) => run.progress.step > 0)
  process.kill(studio.studio.context.engines.training.current!.pid!, 'SIGKILL')
  await until(studio, first.id, 'interrupted')
  await until(studio, second.id, 'completed')
}, 180_000)
