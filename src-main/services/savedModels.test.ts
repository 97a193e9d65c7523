import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TestStudio } from './testStudio'
import { openTestStudio, temporaryHome, until } from './testStudio'

let home: string
let studio: TestStudio | null = null
beforeAll(async () => {
  home = await temporaryHome()
})
afterEach(async () => {
  await studio?.close()
  studio = null
})
const open = async (at = home): Promise<TestStudio['client']> => (studio = await openTestStudio(at)).client

const blocks = [
  { kind: 'image-input' },
  { kind: 'gated-input', kernel: 3, channels: 6 },
  { kind: 'causal-attention', heads: 1, width: 4 },
  { kind: 'gated-layer', kernel: 3 },
  { kind: 'image-head' },
]
const model = { family: 'composed', config: { blocks } }

describe('saved models', () => {
  test('live through renaming, forking, removal with undo, and a restart', async () => {
    let client = await open()
    const first = await client.models.save({ name: 'Attentive', model, datasetId: 'test' })
    expect(first).toMatchObject({ revision: 1, parent: null, domain: { kind: 'image' }, model: { config: { layout: 'image', ordering: 'raster' } } })
    const renamed = await client.models.update({ id: first.id, name: 'Attentive net', revision: 1 })
    expect(renamed).toMatchObject({ name: 'Attentive net', revision: 2, id: first.id })
    const fork = await client.models.duplicate({ id: first.id })
    expect(fork).toMatchObject({ name: 'Attentive net copy', parent: { id: first.id, name: 'Attentive net' }, model: renamed.model })
    expect((await client.models.duplicate({ id: fork.id })).name).toBe('Attentive net copy 2')

    await client.models.remove({ id: first.id })
    expect((await client.models.list()).map(({ id }) => id)).not.toContain(first.id)
    await expect(client.models.get({ id: first.id })).rejects.toThrow(/There is no saved model/)
    await studio!.close()

    client = await open()
    expect(await client.models.restore({ id: first.id })).toEqual(renamed)
    expect(await client.models.get({ id: 'Attentive net' })).toEqual(renamed)
    expect(await client.models.list()).toHaveLength(3)
    await expect(client.models.restore({ id: 'nothing' })).rejects.toThrow(/no removed model/)

    // It lies in the trash with everything else, until that is emptied.
    const { trashId } = await client.models.remove({ id: first.id })
    expect(await client.storage.trash({})).toMatchObject([{ id: trashId, kind: 'model', name: 'Attentive net', runId: null, recoverable: true }])
    expect(await client.storage.recover({ id: trashId })).toMatchObject({ kind: 'model', name: 'Attentive net' })
    expect(await client.models.get({ id: first.id })).toEqual(renamed)
    await client.models.remove({ id: first.id })
    expect((await client.storage.empty({})).entries).toBe(1)
    await expect(client.models.restore({ id: first.id })).rejects.toThrow(/no removed model/)
    expect(await client.models.list()).toHaveLength(2)
  })

  test('a second window that changes an old state is told so, and nothing is lost', async () => {
    const client = await open()
    const { id } = await client.models.save({ name: 'Shared', model })
    await client.models.update({ id, notes: 'from the first window', revision: 1 })
    await expect(client.models.update({ id, notes: 'from the second', revision: 1 })).rejects.toThrow(/changed elsewhere.*save yours as a copy/)
    expect(await client.models.get({ id })).toMatchObject({ notes: 'from the first window', revision: 2 })
  })

  test('watchers see every change', async () => {
    const client = await open()
    const seen = (await client.models.watch())[Symbol.asyncIterator]()
    const before = (await seen.next()).value as unknown[]
    await client.models.save({ name: 'Watched', model })
    expect(((await seen.next()).value as unknown[]).length).toBe(before.length + 1)
    await seen.return?.()
  })

  test('a file brings the model to another studio', async () => {
    let client = await open()
    const { id } = await client.models.save({ name: 'Étude №1', model, notes: 'as drawn' })
    const fork = await client.models.duplicate({ id, name: 'Fork' })
    const file = await client.models.export({ id: fork.id })
    expect(file.name).toBe('fork.chainrule-model.json')
    const text = await file.text()
    await studio!.close()

    client = await open(await mkdtemp(join(tmpdir(), 'chainrule-models-')))
    const imported = await client.models.import({ fileName: file.name, text })
    expect(imported).toMatchObject({ name: 'Fork', notes: 'as drawn', parent: { name: 'Étude №1' }, model: fork.model })
    await expect(client.models.import({ fileName: 'broken.json', text: text.slice(0, -9) })).rejects.toThrow(/broken\.json is not valid JSON: line \d+, column \d+/)
    await expect(client.models.import({ fileName: 'later.json', text: text.replace('"version": 1', '"version": 2') })).rejects.toThrow(/newer version of Chainrule/)
    await expect(client.models.import({ fileName: 'gan.json', text: text.replace('composed', 'gan') })).rejects.toThrow(/no model family 'gan'/)
    expect(await client.models.list()).toHaveLength(1)
  })

  test('a document that no family takes is not saved', async () => {
    const client = await open()
    await expect(client.models.save({ name: 'Wrong', model: { family: 'composed', config: { blocks: [{ kind: 'conv' }] } } })).rejects.toThrow(/no block of the kind "conv"/)
    await expect(client.models.save({ name: 'Wrong', model: { family: 'gan', config: {} } })).rejects.toThrow(/no model family 'gan'/)
    expect((await client.models.list()).map(({ name }) => name)).not.toContain('Wrong')
  })

  test('a damaged file, or one of a newer version, is reported and left alone', async () => {
    const client = await open()
    const { id } = await client.models.save({ name: 'Fragile', model })
    await studio!.close()
    const path = join(home, 'models', `${id}.json`)
    const damaged = (await readFile(path, 'utf8')).slice(0, 40)
    await writeFile(path, damaged)
    const newer = join(home, 'models', 'later-0000.json')
    await writeFile(newer, JSON.stringify({ type: 'model', version: 9 }))
    await open()
    const { models } = studio!.studio.context
    expect(models.list().map((record) => record.id)).not.toContain(id)
    expect(models.problems).toEqual(expect.arrayContaining([expect.stringContaining(`${id}.json is damaged`), expect.stringContaining('newer version')]))
    expect(await readFile(path, 'utf8')).toBe(damaged)
    expect((await readdir(join(home, 'models'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('a net of blocks in the studio', () => {
  test('is opened from a preset, trained and timed; a leaking one is refused by the name of its block', async () => {
    const client = await open()
    const preset = { family: 'pixelsnail', config: { channels: 6, blocks: 1, layersPerBlock: 1, attentionWidth: 4, headChannels: 6, firstKernel: 3 } }
    const opened = await client.families.openAsBlocks({ model: preset, datasetId: 'test' })
    const [before, after] = await Promise.all([preset, opened].map((document) => client.families.inspect({ model: document, datasetId: 'test' })))
    expect(after).toEqual(before)
    expect(after!.inspection!.blocks.every(({ title, trainingMemoryBytes }) => title && trainingMemoryBytes! >= 0)).toBe(true)
    await expect(client.families.openAsBlocks({ model: { family: 'nade', config: {} }, datasetId: 'test' })).rejects.toThrow(/cannot be taken apart/)

    const asked = { model: opened, datasetId: 'test', batchSize: 20 }
    expect(await client.families.epochTime(asked)).toMatchObject({ seconds: null, basis: 'nothing', why: expect.stringContaining('Nothing has been trained') as string })
    const timed = await client.families.epochTime({ ...asked, measure: true })
    expect(timed).toMatchObject({ basis: 'steps', runs: [] })

    const training = { batchSize: 20, gallerySamples: 2, validateEvery: 30, learningRate: 0.01 }
    const run = await client.runs.create({ datasetId: 'test', model: opened, training, budget: { steps: 30 } })
    const trained = await until({ client }, run.id, 'completed')
    expect(trained.execution?.mode).toBe('compiled')
    expect(trained.best!.nats).toBeLessThan(36 * Math.LN2)
    const estimate = await client.families.epochTime(asked)
    expect(estimate).toMatchObject({ basis: 'runs', runs: [run.id], stepsPerEpoch: timed.stepsPerEpoch })
    // The same model: what it would take is what it took.
    expect(estimate.seconds! / (estimate.stepsPerEpoch / trained.progress.stepsPerSecond)).toBeCloseTo(1, 6)

    const leaking = { family: 'composed', config: { blocks: [{ kind: 'image-input' }, { kind: 'masked-conv', mask: 'B', kernel: 3 }, { kind: 'image-head' }] } }
    await expect(client.runs.create({ datasetId: 'test', model: leaking, training, budget: { steps: 30 } })).rejects.toThrow(/blocks\.1 \(masked-conv\).*not trained/)
    const unfinished = { family: 'composed', config: { blocks: blocks.slice(0, 4) } }
    await expect(client.runs.create({ datasetId: 'test', model: unfinished, training, budget: { steps: 30 } })).rejects.toThrow(/no output.*image-head/)
  }, 180_000)

  test('of sound is trained in windows and scored exactly', async () => {
    const client = await open(await temporaryHome('tones'))
    const sound = [
      { kind: 'sequence-embedding', channels: 6 },
      { kind: 'gated-residual', kernel: 4, dilation: 1, skip: 6 },
      { kind: 'gated-residual', kernel: 2, dilation: 8, skip: 6 },
      { kind: 'sequence-head', hidden: 8 },
    ]
    const document = { family: 'composed', config: { layout: 'sequence', blocks: sound } }
    const { inspection } = await client.families.inspect({ model: document, datasetId: 'test' })
    // 1 + 3 + 8 samples back, of which the four in the middle fall between the taps.
    expect(inspection!.receptiveField).toMatchObject({ size: 8, text: expect.stringMatching(/^12 samples/) as string })
    const training = { batchSize: 4, gallerySamples: 0, validateEvery: 10, windowSamples: 64 }
    const { id } = await client.runs.create({ datasetId: 'test', model: document, training, budget: { steps: 10 } })
    await until({ client }, id, 'completed')
    let score
    for await (const { result } of await client.scores.score({ runId: id, split: 'test' })) score = result
    expect(score?.likelihood).toMatchObject({ unit: 'nats/sample', exact: true })
  }, 180_000)
})
