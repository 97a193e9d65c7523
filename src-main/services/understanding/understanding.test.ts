import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord } from '../../contract/records/run'
import type { TestStudio } from '../testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from '../testStudio'

let studio: TestStudio
let run: RunRecord
let home: string
beforeAll(async () => {
  home = await temporaryHome()
  // The same examples under another name.
  await cp(join(home, 'datasets', 'test'), join(home, 'datasets', 'twin'), { recursive: true })
  const file = join(home, 'datasets', 'twin', 'dataset.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"id":"test"', '"id":"twin"').replace('"id": "test"', '"id": "twin"'))
  studio = await openTestStudio(home)
  const { id } = await studio.client.runs.create(smallRun)
  run = await until(studio, id, 'completed')
}, 120_000)
afterAll(async () => {
  await studio.close()
  await rm(home, { recursive: true, force: true })
})

type Asked = Omit<Parameters<TestStudio['client']['understanding']['examine']>[0], 'runId'>
async function examine(asked: Asked = {}) {
  for await (const { result } of await studio.client.understanding.examine({ runId: run.id, ...asked })) if (result) return result
  throw new Error('no result')
}

describe('examining a split', () => {
  test('agrees with the score of every example, and scores them all', async () => {
    const { own } = await examine()
    let scored: number[] = []
    for await (const { result } of await studio.client.scores.score({ runId: run.id, perExample: true })) scored = result?.perExample ?? scored
    expect(own.nats).toHaveLength(scored.length)
    own.nats.forEach((nats, index) => expect(nats).toBeCloseTo(scored[index]!, 3))
    expect(own.likelihood).toMatchObject({ exact: true, split: 'test', unit: 'nats/example' })
    expect(own.reference.examples).toBeGreaterThan(100)
    own.typicality.forEach((value, index) => expect(value).toBeCloseTo(Math.abs(own.nats[index]! - own.reference.nats), 9))
    own.complexity!.forEach((value, index) => expect(value).toBeCloseTo(own.nats[index]! / Math.LN2 - own.pngBits![index]!, 9))
    expect(own.map.nats.reduce((sum, value) => sum + value, 0)).toBeCloseTo(own.likelihood.nats, 6)
    expect(own.pit.total).toBe(own.nats.length * 36)
    expect(own.reliability).toMatchObject({ of: 'one' })
    expect(own.classes).toBeNull()
  }, 60_000)

  test('a part of it is the same examples each time, and says so', async () => {
    const [first, again] = [await examine({ examples: 20 }), await examine({ examples: 20 })]
    expect(first.own.indices).toHaveLength(20)
    expect(again).toEqual(first)
    expect(first.own.likelihood.subset).toMatchObject({ by: 'chance' })
  }, 60_000)

  test('the same data under another name cannot be told apart', async () => {
    const { own, other, separation } = await examine({ other: { datasetId: 'twin' } })
    expect(other?.nats).toEqual(own.nats)
    expect(separation?.map(({ score }) => score)).toEqual(['raw', 'typicality', 'complexity', 'surprise'])
    for (const { auroc } of separation ?? []) expect(auroc).toBeCloseTo(0.5, 9)
    expect(separation?.[0]).toMatchObject({ inliers: own.nats.length, outliers: own.nats.length })
    await expect(examine({ other: { datasetId: 'test' } })).rejects.toThrow('is what is being ranked already')
  }, 60_000)
})

test('the conditionals of an example are normalised, and their chain is its likelihood', async () => {
  const { own } = await examine()
  const answer = await studio.client.understanding.conditionals({ runId: run.id, index: 3 })
  const masses = new Float32Array(answer.masses.slice().buffer)
  const nats = new Float32Array(answer.nats.slice().buffer)
  expect(answer).toMatchObject({ exact: true, index: 3, checkpointStep: own.checkpointStep })
  expect(masses).toHaveLength(36 * 2)
  for (let dimension = 0; dimension < 36; dimension++) {
    expect(masses[2 * dimension]! + masses[2 * dimension + 1]!).toBeCloseTo(1, 5)
    expect(nats[dimension]).toBeCloseTo(-Math.log(masses[2 * dimension + answer.levels[dimension]!]!), 4)
  }
  expect(nats.reduce((sum, value) => sum + value, 0)).toBeCloseTo(own.nats[3]!, 3)
  await expect(studio.client.understanding.conditionals({ runId: run.id, index: 100_000 })).rejects.toThrow('There is no example 100000')
}, 60_000)

test('training examples are their own nearest neighbours', async () => {
  const asked = [7, 2]
  const page = await studio.client.datasets.examples({ id: 'test', split: 'train', indices: asked })
  expect(page.lengths).toHaveLength(2)
  let found
  for await (const { result } of await studio.client.understanding.neighbours({ datasetId: 'test', levels: new Uint8Array(page.levels), count: 3 })) found = result ?? found
  expect(found?.examples).toBe(studio.studio.context.datasets.get('test').counts.train)
  found?.found.forEach((row) => {
    expect(row).toHaveLength(3)
    expect(row[0]?.distance).toBe(0)
  })
  expect([...found!.levels.slice(0, 36)]).toEqual([...page.levels.slice(0, 36)])
  const search = async (levels: Uint8Array<ArrayBuffer>): Promise<void> => {
    for await (const _ of await studio.client.understanding.neighbours({ datasetId: 'test', levels })) void _
  }
  await expect(search(new Uint8Array(35))).rejects.toThrow('35 levels are no whole number of examples of Test')
}, 60_000)

test('the weights of a MADE are pictures of its hidden units', async () => {
  const [pictures] = await studio.client.understanding.filters({ runId: run.id, most: 10 })
  expect(pictures).toMatchObject({ of: 32, count: 10, shape: [6, 6, 1], parameter: 'hidden.0.weight' })
  expect(pictures?.values.byteLength).toBe(10 * 36 * 4)
})
