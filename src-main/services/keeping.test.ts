import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, unzipSync, zipSync } from 'fflate'
import type { Zippable } from 'fflate'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunArchive } from '../contract/records/archive'
import type { RunRecord } from '../contract/records/run'
import { KEPT_MILLISECONDS } from './trash'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'

/** One run of sixty steps, with an average of its weights; each test has a copy of the workspace. */
let trained: { home: string; run: RunRecord; archive: Uint8Array; model: Uint8Array }
let studio: TestStudio
let home: string

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer())

beforeAll(async () => {
  const first = await openTestStudio(await temporaryHome())
  const { id } = await first.client.runs.create({ ...smallRun, training: { ...smallRun.training, ema: 0.9 } })
  await until(first, id, 'completed')
  for await (const _ of await first.client.scores.score({ runId: id, split: 'test' }));
  const run = await first.client.runs.get({ id })
  const archive = await bytesOf(await first.client.exports.run({ runId: id, checkpoints: 'all' }))
  const model = await bytesOf(await first.client.exports.model({ runId: id, checkpoint: 'last' }))
  await first.close()
  trained = { home: first.home, run, archive, model }
}, 180_000)

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-keeping-'))
  await cp(trained.home, home, { recursive: true })
  studio = await openTestStudio(home)
  return async () => {
    await studio.close()
    await rm(home, { recursive: true, force: true })
  }
})
afterAll(() => rm(trained.home, { recursive: true, force: true }))

const reopened = async (): Promise<TestStudio['client']> => {
  await studio.close()
  studio = await openTestStudio(home)
  return studio.client
}
const stepsOf = async (runId: string): Promise<number[]> => (await studio.client.checkpoints.list({ runId })).map(({ step }) => step)

describe('what is deleted', () => {
  test('can be taken back, also after a restart: a checkpoint and a run', async () => {
    const { id, name } = trained.run
    const { trashId } = await studio.client.checkpoints.remove({ runId: id, step: 40 })
    expect(await stepsOf(id)).toEqual([20, 60])
    let client = await reopened()
    expect(await client.storage.trash({ runId: id })).toMatchObject([{ id: trashId, kind: 'checkpoint', step: 40, name, recoverable: true }])
    await client.storage.recover({ id: trashId })
    expect(await stepsOf(id)).toEqual([20, 40, 60])
    await expect(client.storage.recover({ id: trashId })).rejects.toThrow(/not in the trash any more/)

    const removed = await client.runs.remove({ id })
    expect(await client.runs.list()).toEqual([])
    client = await reopened()
    expect(await client.runs.list()).toEqual([])
    expect((await client.storage.trash({}))[0]).toMatchObject({ id: removed.trashId, kind: 'run', name })
    await client.storage.recover({ id: removed.trashId })
    const { updatedAt: _updatedAt, ...back } = await client.runs.get({ id })
    expect(trained.run).toMatchObject(back)
    expect(await stepsOf(id)).toEqual([20, 40, 60])
  })

  test('a data set, and what it takes on the disk is counted', async () => {
    const { client } = studio
    const before = await client.storage.use()
    expect(before.runs[0]?.checkpoints).toBeGreaterThan(10_000)
    expect(before.total).toBeGreaterThanOrEqual(before.runs[0]!.bytes + before.datasets[0]!.bytes)
    const { trashId } = await client.datasets.remove({ id: 'test' })
    expect((await client.storage.use()).trash).toBe(before.datasets[0]!.bytes)
    await client.storage.recover({ id: trashId })
    expect((await client.datasets.list()).map(({ id }) => id)).toEqual(['test'])
  })

  test('goes for good when the trash is emptied, or is older than 30 days', async () => {
    const { id } = trained.run
    await studio.client.checkpoints.remove({ runId: id, step: 20 })
    const freed = await studio.client.storage.empty({})
    expect(freed).toMatchObject({ entries: 1 })
    expect(freed.bytes).toBeGreaterThan(10_000)
    await studio.client.checkpoints.remove({ runId: id, step: 40 })
    const trash = join(home, 'runs', id, 'checkpoints', '.trash')
    const [name = ''] = await readdir(trash)
    await cp(join(trash, name), join(trash, `40@${Date.now() - KEPT_MILLISECONDS - 1000}-00000000`), { recursive: true })
    await utimes(join(trash, name), 0, 0)
    await reopened()
    expect(await readdir(trash)).toEqual([name])
  })

  test('is not taken back to where the run has not been', async () => {
    const { id } = trained.run
    const { trashId } = await studio.client.checkpoints.remove({ runId: id, step: 60 })
    await studio.client.checkpoints.restore({ runId: id, step: 20 })
    await expect(studio.client.storage.recover({ id: trashId })).rejects.toThrow(/taken back to step 20/)
  })
})

test("a run's rule gives up what it says, and the trash has it", async () => {
  const { id } = trained.run
  await studio.client.runs.setRetention({ id, keepCheckpoints: 0, keepCheckpointsEvery: null })
  const { steps, trashIds, bytes } = await studio.client.checkpoints.applyRetention({ runId: id })
  const left = await studio.client.checkpoints.list({ runId: id })
  expect(left.every(({ record }) => record?.tags.length)).toBe(true)
  expect([...steps, ...left.map(({ step }) => step)].sort()).toEqual([20, 40, 60])
  expect(steps.length).toBeGreaterThan(0)
  expect(bytes).toBeGreaterThan(0)
  for (const trashId of trashIds) await studio.client.storage.recover({ id: trashId })
  expect(await stepsOf(id)).toEqual([20, 40, 60])
})

describe('a branch', () => {
  test('that keeps everything trains exactly as its parent did', async () => {
    const { id } = trained.run
    const branch = await studio.client.runs.branch({ runId: id, checkpoint: 40, budget: { steps: 20 } })
    expect(branch).toMatchObject({ name: `${trained.run.name}, branch`, parent: { runId: id, name: trained.run.name, step: 40, weights: 'raw', optimizer: 'keep' }, budget: { steps: 60 } })
    const done = await until(studio, branch.id, 'completed')
    expect(done.weightsHash).toBe(trained.run.weightsHash)
    expect(done.progress.step).toBe(60)
    const own = await studio.client.runs.metrics({ id: branch.id })
    const parents = await studio.client.runs.metrics({ id })
    const valid = (points: typeof own) => points.filter(({ kind, step }) => kind === 'valid' && step >= 40).map(({ step, nats }) => [step, nats])
    expect(new Set(valid(own).map(String))).toEqual(new Set(valid(parents).map(String).filter((_point, index) => index > 0)))
  }, 120_000)

  test('with a fresh optimizer begins at step 0 with the averaged weights and its own settings', async () => {
    const { id } = trained.run
    const branch = await studio.client.runs.branch({ runId: id, checkpoint: 'last', optimizer: 'fresh', name: 'Tuned', training: { learningRate: 1e-4, optimizer: { kind: 'sgd', momentum: 0.5, nesterov: false }, ema: null }, budget: { steps: 20 } })
    expect(branch).toMatchObject({ name: 'Tuned', parent: { step: 60, weights: 'ema', optimizer: 'fresh' }, training: { learningRate: 1e-4, batchSize: 50, ema: null }, budget: { steps: 20 } })
    const done = await until(studio, branch.id, 'completed')
    expect(done.progress.step).toBe(20)
    // Its first point is the parent's last validation of the same weights; tiny steps stay near it.
    expect(done.lastValid?.nats).toBeCloseTo(trained.run.lastValid!.nats, 0)
    const [first] = await studio.client.checkpoints.list({ runId: branch.id })
    expect(first).toMatchObject({ step: 0, problem: null, record: { valid: { weights: 'raw' } } })
  }, 120_000)

  test.each<[string, object, RegExp]>([
    ['without a budget', { budget: {} }, /How long to train/],
    ["with another optimizer's state", { budget: { steps: 5 }, training: { optimizer: { kind: 'sgd', momentum: 0, nesterov: false } } }, /state of .* is that of 'adam'.*fresh/],
    ['from no checkpoint', { budget: { steps: 5 }, checkpoint: 41 }, /no checkpoint at step 41/],
    ['with a wrong setting', { budget: { steps: 5 }, training: { mirror: 0.5, shift: 99 } }, /shift|validation/],
  ])('%s is refused, and leaves nothing', async (_name, change, message) => {
    await expect(studio.client.runs.branch({ runId: trained.run.id, ...change } as Parameters<TestStudio['client']['runs']['branch']>[0])).rejects.toThrow(message)
    expect(await readdir(join(home, 'runs'))).toEqual([trained.run.id])
  })
})

describe('an archive', () => {
  let file: string
  const put = async (bytes: Uint8Array): Promise<string> => {
    file = join(home, 'run.zip')
    await writeFile(file, bytes)
    return file
  }
  const changed = (change: (contents: Record<string, Uint8Array>) => void): Uint8Array => {
    const contents: Record<string, Uint8Array> = { ...unzipSync(trained.archive) }
    change(contents)
    return zipSync(contents as Zippable, { level: 0 })
  }
  const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value))
  const manifestOf = (contents: Record<string, Uint8Array>): RunArchive => JSON.parse(Buffer.from(contents['archive.json']!).toString()) as RunArchive

  test('is the run again on another machine, and goes on training there', async () => {
    const { client } = studio
    await client.runs.remove({ id: trained.run.id })
    const { run, dataset } = await client.runs.import({ path: await put(trained.archive) })
    expect(dataset).toBe('here')
    const { updatedAt: _at, imported, ...rest } = run
    expect(imported).toMatchObject({ runId: trained.run.id, file: 'run.zip' })
    expect({ ...trained.run, imported: null }).toMatchObject({ ...rest })
    expect(await stepsOf(run.id)).toEqual([20, 40, 60])
    expect(await client.runs.gallery({ id: run.id })).toEqual([20, 40, 60])
    expect((await client.runs.metrics({ id: run.id })).length).toBeGreaterThan(3)
    expect(existsSync(join(home, 'runs', run.id, run.scores[0]!.perExample!))).toBe(true)
    await client.runs.resume({ id: run.id, budget: { steps: 80 } })
    expect((await until(studio, run.id, 'completed')).progress.step).toBe(80)
  }, 120_000)

  test('of a run that is here is refused, unless as a copy', async () => {
    const { client } = studio
    await expect(client.runs.import({ path: await put(trained.archive) })).rejects.toThrow(/is here already/)
    const { run } = await client.runs.import({ path: file, copy: true })
    expect(run.id).not.toBe(trained.run.id)
    expect((await client.checkpoints.list({ runId: run.id })).every(({ record }) => record?.runId === run.id)).toBe(true)
    expect(await client.runs.list()).toHaveLength(2)
  })

  test('whose data set is not here says so, and is not taken for one of the same name', async () => {
    const { client } = studio
    await client.runs.remove({ id: trained.run.id })
    const path = await put(changed((contents) => {
      const manifest = manifestOf(contents)
      contents['archive.json'] = json({ ...manifest, dataset: { ...manifest.dataset, sha256: { train: 'a', valid: 'b', test: 'c' } } })
    }))
    const { run, dataset } = await client.runs.import({ path })
    expect(dataset).toBe('missing')
    expect(run.dataset.id).toMatch(/^test-/)
  })

  test.each<[string, () => Uint8Array, RegExp]>([
    ['cut off', () => trained.archive.subarray(0, trained.archive.length / 2), /not a readable zip/],
    ['no zip', () => strToU8('no zip at all, but long enough to look for one'), /not a readable zip/],
    ['another zip', () => zipSync({ 'photo.png': strToU8('x') }), /neither the archive of a run nor that of a model/],
    ['of a newer version', () => changed((contents) => (contents['archive.json'] = json({ ...manifestOf(contents), version: 9 }))), /newer version of Chainrule/],
    ['with a record of a newer version', () => changed((contents) => {
      const record = json({ ...(JSON.parse(Buffer.from(contents['run/run.json']!).toString()) as object), version: 99 })
      const manifest = manifestOf(contents)
      contents['run/run.json'] = record
      contents['archive.json'] = json({ ...manifest, files: manifest.files.map((listed) => (listed.path === 'run.json' ? { ...listed, bytes: record.length, sha256: createHash('sha256').update(record).digest('hex') } : listed)) })
    }), /newer version of Chainrule/],
    ['with a byte changed', () => changed((contents) => {
      const path = Object.keys(contents).find((name) => name.endsWith('weights.safetensors'))!
      contents[path] = contents[path]!.with(contents[path]!.length - 1, contents[path]!.at(-1)! ^ 1)
    }), /the checksum of run\/checkpoints\/20\/weights\.safetensors does not match/],
    ['with a file missing', () => changed((contents) => delete contents['run/metrics.jsonl']), /run\/metrics\.jsonl is missing/],
    ['with a path that leads out', () => changed((contents) => {
      const manifest = manifestOf(contents)
      contents['archive.json'] = json({ ...manifest, files: [...manifest.files, { path: '../../evil.json', bytes: 1, sha256: '' }] })
    }), /evil\.json", which is no file of a run/],
    ['with an entry that leads out', () => changed((contents) => (contents['../evil.json'] = strToU8('{}'))), /leaves the archive/],
    ['with an entry larger than listed', () => changed((contents) => (contents['run/metrics.jsonl'] = new Uint8Array(50_000_000))), /run\/metrics\.jsonl has 50000000 bytes where/],
    ['that claims more than the disk holds', () => changed((contents) => {
      const manifest = manifestOf(contents)
      contents['archive.json'] = json({ ...manifest, files: manifest.files.map((listed) => ({ ...listed, bytes: 2 ** 50 })) })
    }), /the disk of the workspace has/],
  ])('that is %s is refused with its reason, and leaves nothing', async (_what, make, message) => {
    const { client } = studio
    await client.runs.remove({ id: trained.run.id })
    await expect(client.runs.import({ path: await put(make()) })).rejects.toThrow(message)
    expect(await client.runs.list()).toEqual([])
    expect(await readdir(join(home, 'runs'))).toEqual(['.trash'])
  })

  test('of a model becomes a run that scores and branches, and is not resumed', async () => {
    const { client } = studio
    await client.runs.remove({ id: trained.run.id })
    const { run, dataset } = await client.runs.import({ path: await put(trained.model) })
    expect(run).toMatchObject({ id: trained.run.id, status: 'completed', weightsHash: trained.run.weightsHash, progress: { step: 60 } })
    expect(dataset).toBe('here')
    let nats
    for await (const { result } of await client.scores.score({ runId: run.id, split: 'test' })) nats = result?.likelihood.nats
    expect(nats).toBeCloseTo(trained.run.scores[0]!.nats, 4)
    await expect(client.runs.resume({ id: run.id, budget: { steps: 80 } })).rejects.toThrow(/no optimizer state.*[Bb]ranch/)
    await expect(client.runs.branch({ runId: run.id, budget: { steps: 5 } })).rejects.toThrow(/holds no optimizer state/)
    const branch = await client.runs.branch({ runId: run.id, optimizer: 'fresh', budget: { steps: 5 } })
    await until(studio, branch.id, 'completed')
  }, 120_000)
})

test('README and manifest of an archive say what is in it', async () => {
  const contents = unzipSync(trained.archive)
  const manifest = JSON.parse(Buffer.from(contents['archive.json']!).toString()) as RunArchive
  expect(manifest).toMatchObject({ format: 'chainrule-run', checkpoints: [20, 40, 60], dataset: { name: 'Test', counts: { test: 100 } } })
  expect(Object.keys(contents).sort()).toEqual(['README.md', 'archive.json', ...manifest.files.map(({ path }) => `run/${path}`)].sort())
  expect(Buffer.from(contents['README.md']!).toString()).toContain('import-run')
  expect(await readFile(join(home, 'runs', trained.run.id, 'run.json'), 'utf8')).toContain('"imported": null')
})
