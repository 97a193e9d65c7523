import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { CheckpointRecord } from '../contract/records/run'
import type { CheckpointStore } from './checkpointStore'
import { checkpointStore } from './checkpointStore'
import { writeSafetensors } from './safetensors'

let runFolder: string
let store: CheckpointStore
beforeEach(async () => {
  runFolder = await mkdtemp(join(tmpdir(), 'chainrule-checkpoints-'))
  store = checkpointStore(runFolder)
})

/** What the engine leaves: finished tensors in a folder of a temporary name. */
async function partial(step: number, nats: number | null, pinned = false): Promise<{ folder: string; record: CheckpointRecord }> {
  const folder = join(store.folder, `${step}.partial`)
  await mkdir(folder, { recursive: true })
  const file = await writeSafetensors(
    join(folder, 'weights.safetensors'),
    new Map([['w', { shape: [3], data: Float32Array.of(step, 1, 2) }]]),
  )
  const record: CheckpointRecord = {
    type: 'checkpoint',
    version: 1,
    runId: 'made-glyphs-0001',
    step,
    epoch: step / 10,
    seconds: step,
    createdAt: new Date().toISOString(),
    train: null,
    valid: nats === null ? null : { nats, bitsPerDim: nats / 100, standardError: 0.1, weights: 'raw' },
    weightsHash: String(step),
    files: [{ name: 'weights.safetensors', ...file }],
    trainerState: { step },
    tags: [],
    pinned,
    note: '',
    bytes: file.bytes,
  }
  return { folder, record }
}

async function committed(step: number, nats: number | null, pinned = false): Promise<void> {
  const { folder, record } = await partial(step, nats, pinned)
  await store.commit(folder, record)
}

const tagsOf = async (): Promise<Record<number, string>> =>
  Object.fromEntries((await store.list()).map(({ step, record }) => [step, record?.tags.join('+') ?? 'none']))

test('best and last are tagged, on disk too', async () => {
  await committed(10, 90)
  await committed(20, 80)
  await committed(30, 85)
  expect(await tagsOf()).toEqual({ 10: '', 20: 'best', 30: 'last' })
  const onDisk = JSON.parse(await readFile(join(store.folderOf(10), 'checkpoint.json'), 'utf8')) as CheckpointRecord
  expect(onDisk.tags).toEqual([])
  expect((await store.load('best')).step).toBe(20)
  expect((await store.load(10)).step).toBe(10)
  await expect(store.load(15)).rejects.toThrow(/no checkpoint at step 15\. Steps with one: 10, 20, 30/)
})

test('a half-written folder is no checkpoint and is cleaned', async () => {
  await committed(10, 90)
  await partial(20, 80)
  expect((await store.list()).map(({ step }) => step)).toEqual([10])
  await store.clean()
  expect(await readdir(store.folder)).toEqual(['10'])
})

test('tensors of another length than announced are never made a checkpoint', async () => {
  const { folder, record } = await partial(10, 90)
  await truncate(join(folder, 'weights.safetensors'), 12)
  await expect(store.commit(folder, record)).rejects.toThrow(/not written completely: weights\.safetensors has 12 bytes/)
  expect(await store.list()).toEqual([])
})

describe('a damaged checkpoint', () => {
  const damages: [string, (folder: string) => Promise<unknown>, RegExp][] = [
    ['cut short', (folder) => truncate(join(folder, 'weights.safetensors'), 20), /has 20 bytes where/],
    [
      'one byte changed',
      async (folder) => {
        const file = join(folder, 'weights.safetensors')
        const content = await readFile(file)
        content[content.length - 1]! ^= 1
        await writeFile(file, content)
      },
      /checksum of weights\.safetensors does not match/,
    ],
    ['record torn', (folder) => truncate(join(folder, 'checkpoint.json'), 100), /not valid JSON/],
    [
      'made by a newer version',
      async (folder) => {
        const file = join(folder, 'checkpoint.json')
        await writeFile(file, (await readFile(file, 'utf8')).replace('"version": 1', '"version": 7'))
      },
      /made by a newer version/,
    ],
  ]
  test.each(damages)('(%s) is listed with its problem, passed over by a resume and never loaded', async (_, damage, message) => {
    await committed(10, 90)
    await committed(20, 80)
    await damage(store.folderOf(20))
    const listing = (await store.list()).find(({ step }) => step === 20)
    expect(listing?.problem).toMatch(message)
    expect(await tagsOf()).toMatchObject({ 10: 'best+last' })
    await expect(store.load(20)).rejects.toThrow(message)
    const { record, skipped } = await store.lastSound()
    expect(record?.step).toBe(10)
    expect(skipped).toEqual([{ step: 20, problem: expect.stringMatching(message) as string }])
    // Training again to that step replaces it.
    await committed(20, 80)
    expect((await store.load('last')).step).toBe(20)
  })

  test('whose folder was renamed is refused', async () => {
    await committed(10, 90)
    await cp(store.folderOf(10), store.folderOf(99), { recursive: true })
    expect((await store.list()).at(-1)?.problem).toMatch(/is that of step 10/)
  })
})

test('retention keeps the newest besides best, last and pinned', async () => {
  for (const step of [10, 20, 30, 40, 50, 60]) await committed(step, step === 20 ? 70 : 100 - step / 10, step === 10)
  expect(await store.retain({ keepCheckpoints: 1, keepCheckpointsEvery: null })).toEqual([30, 40])
  expect((await store.list()).map(({ step }) => step)).toEqual([10, 20, 50, 60])
  const { id } = await store.discard(60)
  expect(await tagsOf()).toEqual({ 10: '', 20: 'best', 50: 'last' })
  expect(await store.recover(id)).toBe(60)
  expect(await tagsOf()).toEqual({ 10: '', 20: 'best', 50: '', 60: 'last' })
  await expect(store.recover(id)).rejects.toThrow(/not in the trash any more/)
  await expect(store.recover('../../50@1700000000000-00000000')).rejects.toThrow(/not in the trash/)
})

test('notes and pins are kept', async () => {
  await committed(10, null)
  await store.update(10, { note: 'before the learning rate fell', pinned: true })
  expect((await store.load('best')).note).toBe('before the learning rate fell')
  expect((await checkpointStore(runFolder).list())[0]?.record).toMatchObject({ pinned: true, tags: ['best', 'last'] })
})

test('the checksum is the SHA-256 of the file, as sha256sum prints it', async () => {
  await committed(10, null)
  const [file] = (await store.load(10)).files
  expect(
    createHash('sha256')
      .update(await readFile(join(store.folderOf(10), 'weights.safetensors')))
      .digest('hex'),
  ).toBe(file?.sha256)
})
