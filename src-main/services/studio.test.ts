import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'

let home: string
let opened: TestStudio[] = []
beforeAll(async () => {
  home = await temporaryHome()
})
afterEach(async () => {
  for (const studio of opened) await studio.close()
  opened = []
})

async function open(at = home): Promise<TestStudio> {
  const studio = await openTestStudio(at)
  opened.push(studio)
  return studio
}

test('a run trains to its budget, is scored, sampled and exported', async () => {
  const { client } = await open()
  const { id } = await client.runs.create(smallRun)
  const run = await until({ client }, id, 'completed')
  expect(run.progress).toMatchObject({ step: 60, fraction: 1, etaSeconds: null })
  expect(run.best?.nats).toBeLessThan(36 * Math.LN2)
  expect(run.weightsHash).toMatch(/^[0-9a-f]{64}$/)

  const checkpoints = await client.checkpoints.list({ runId: id })
  expect(checkpoints.map(({ step }) => step)).toEqual([20, 40, 60])
  expect(checkpoints.at(-1)?.record).toMatchObject({ weightsHash: run.weightsHash, tags: expect.arrayContaining(['last']) as string[] })

  const metrics = await client.runs.metrics({ id })
  expect(metrics.filter(({ kind }) => kind === 'valid').map(({ step }) => step)).toEqual([20, 40, 60])

  let score
  for await (const { result } of await client.scores.score({ runId: id, split: 'test', perExample: true })) score = result
  expect(score?.likelihood).toMatchObject({
    unit: 'nats/example',
    examples: 100,
    dimensions: 3600,
    split: 'test',
    exact: true,
    weights: 'raw',
    dataVariant: 'made for a test',
  })
  const perExample = score?.perExample ?? []
  expect(perExample).toHaveLength(100)
  expect(perExample.reduce((total, nats) => total + nats, 0) / 100).toBeCloseTo(score?.likelihood.nats ?? 0, 9)
  expect((await client.runs.get({ id })).scores[0]).toMatchObject({ nats: score?.likelihood.nats, dataset: 'test' })

  // A part of the split says which part it is, and is remembered as one.
  let part
  for await (const { result } of await client.scores.score({ runId: id, split: 'test', perExample: true, examples: 20 })) part = result
  const subset = { of: 100, by: 'chance', seed: 0 }
  expect(part?.likelihood).toMatchObject({ examples: 20, subset })
  expect(part?.perExample).toHaveLength(20)
  part?.indices?.forEach((index, position) => expect(part?.perExample?.[position]).toBeCloseTo(perExample[index]!, 4))
  expect((await client.runs.get({ id })).scores[0]).toMatchObject({ examples: 20, subset })

  const steps = await client.runs.gallery({ id })
  expect(steps.length).toBeGreaterThan(0)
  expect((await client.runs.gallerySamples({ id, step: steps[0]! })).levels).toHaveLength(4 * 36)

  const [first, second] = [await draw(client, id, 7), await draw(client, id, 7)]
  expect(first?.levels).toEqual(second?.levels)
  expect((await draw(client, id, 8))?.levels).not.toEqual(first?.levels)
  expect(first?.recipe).toMatchObject({ runId: id, seed: 7, count: 9, weights: 'raw' })
}, 180_000)

async function draw(client: TestStudio['client'], runId: string, seed: number) {
  let set
  for await (const message of await client.samples.draw({ runId, count: 9, seed })) set = message.set
  return set
}

describe('what cannot be trained is refused before anything is written', () => {
  const refusals: [string, object, RegExp][] = [
    ['an unknown data set', { datasetId: 'nowhere' }, /no data set 'nowhere'\. Known: test/],
    ['an unknown family', { model: { family: 'gan', config: {} } }, /no model family 'gan'\. Known: .*nade/],
    ['a wrong configuration', { model: { family: 'made', config: { hidden: [0] } } }, /hidden\.0/],
    ['a run without an end', { budget: {} }, /How long to train/],
    ['a wrong training setting', { training: { batchSize: 0 } }, /validation failed/i],
  ]
  test.each(refusals)('%s', async (_, change, message) => {
    const { client } = await open()
    const before = await client.runs.list()
    await expect(client.runs.create({ ...smallRun, ...change })).rejects.toThrow(message)
    expect(await client.runs.list()).toEqual(before)
  })
})

test('a family that does not fit is refused with its reason', async () => {
  const { client } = await open(await temporaryHome('tones'))
  await expect(client.runs.create({ ...smallRun, model: { family: 'nade', config: {} } })).rejects.toThrow(/audio/i)
  const families = await client.families.forDataset({ datasetId: 'test' })
  expect(families.find(({ family }) => family === 'nade')).toMatchObject({
    fits: false,
    why: expect.stringMatching(/audio/i) as string,
    presets: [],
  })
  expect(families.find(({ family }) => family === 'wavenet')?.fits).toBe(true)
})

test("a preset's training settings hold under the user's own", async () => {
  const { client } = await open()
  const made = (await client.families.forDataset({ datasetId: 'test' })).find(({ family }) => family === 'made')
  const preset = made?.presets.find(({ name }) => name === 'standard')
  const { id, training, budget } = await client.runs.create({
    datasetId: 'test',
    model: { family: 'made', config: preset?.config ?? {} },
    preset: 'standard',
    training: { learningRate: 0.0123 },
    budget: {},
  })
  expect(training).toMatchObject({ ...preset?.training, learningRate: 0.0123 })
  expect(budget).toEqual(preset?.budget)
  await client.runs.pause({ id })
  await until({ client }, id, 'paused')
  await client.runs.remove({ id })
}, 180_000)

test('one trains, the others wait in order; a waiting run can be taken out; the data set stays while it is needed', async () => {
  const { client } = await open()
  const long = { ...smallRun, budget: { steps: 100_000 } }
  const first = await client.runs.create(long)
  const second = await client.runs.create(smallRun)
  const third = await client.runs.create(smallRun)
  await until({ client }, first.id, (run) => run.progress.step > 0)
  expect((await client.runs.get({ id: second.id })).status).toBe('queued')
  await expect(client.datasets.remove({ id: 'test' })).rejects.toThrow(/in use/)
  await expect(client.runs.remove({ id: first.id })).rejects.toThrow(/is training/)
  await client.runs.pause({ id: third.id })
  expect((await client.runs.get({ id: third.id })).status).toBe('paused')
  await client.runs.stop({ id: first.id })
  const stopped = await until({ client }, first.id, 'stopped')
  const last = (await client.checkpoints.list({ runId: first.id })).at(-1)
  expect(last?.step).toBe(stopped.progress.step)
  await until({ client }, second.id, 'completed')
  expect((await client.runs.get({ id: third.id })).status).toBe('paused')
}, 180_000)

/** Long enough to be caught in the middle on a quick machine. */
const long = { ...smallRun, training: { ...smallRun.training, validateEvery: 100, checkpointEvery: 100 }, budget: { steps: 1500 } }

test('closing the studio pauses the run; waiting runs go on in the next studio, and the paused one resumes exactly', async () => {
  const uninterrupted = await open()
  const whole = await uninterrupted.client.runs.create(long)
  const expected = await until(uninterrupted, whole.id, 'completed')

  const before = await openTestStudio(await temporaryHome())
  const run = await before.client.runs.create(long)
  const waiting = await before.client.runs.create(smallRun)
  await until(before, run.id, (now) => now.progress.step > 100)
  await before.close()

  const after = await open(before.home)
  const paused = await after.client.runs.get({ id: run.id })
  expect(paused.status).toBe('paused')
  expect(paused.progress.step).toBeGreaterThan(100)
  expect(paused.progress.step).toBeLessThan(1500)
  await until(after, waiting.id, 'completed')
  await after.client.runs.resume({ id: run.id })
  const resumed = await until(after, run.id, 'completed')
  expect(resumed.progress.step).toBe(1500)
  expect(resumed.weightsHash).toBe(expected.weightsHash)
  const steps = (await after.client.runs.metrics({ id: run.id })).filter(({ kind }) => kind === 'valid').map(({ step }) => step)
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
  await expect(after.client.runs.resume({ id: run.id })).rejects.toThrow(/used up its budget: 1500 of 1500 steps/)
}, 180_000)
