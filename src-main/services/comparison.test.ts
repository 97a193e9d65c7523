import { existsSync, readFileSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'

let studio: TestStudio
let home: string
/** The same experiment with two seeds, and a baseline. */
let ids: { one: string; other: string; independent: string }
const perExample = new Map<string, number[]>()

beforeAll(async () => {
  home = await temporaryHome()
  studio = await openTestStudio(home)
  const { client } = studio
  const train = async (seed: number, model: (typeof smallRun)['model'] | { family: string; config: Record<string, unknown> } = smallRun.model): Promise<string> => {
    const { id } = await client.runs.create({ ...smallRun, model, training: { ...smallRun.training, gallerySamples: 0, seed } })
    await until(studio, id, 'completed')
    for await (const { result } of await client.scores.score({ runId: id, split: 'test', perExample: true })) if (result?.perExample) perExample.set(id, result.perExample)
    return id
  }
  ids = { one: await train(1), other: await train(2), independent: await train(0, { family: 'independent', config: {} }) }
}, 180_000)
afterAll(async () => {
  await studio.close()
  await rm(home, { recursive: true, force: true })
})

test('the difference of two runs is that of their examples, with its paired error', async () => {
  const { client } = studio
  const difference = await client.scores.difference({ runId: ids.one, against: ids.independent })
  const differences = perExample.get(ids.one)!.map((nats, index) => nats - perExample.get(ids.independent)![index]!)
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1)
  expect(difference).toMatchObject({ against: ids.independent, examples: 100, unit: 'nats/example', split: 'test', exact: true })
  expect(difference.nats).toBeCloseTo(mean, 9)
  expect(difference.standardError).toBeCloseTo(Math.sqrt(variance / 100), 9)
  expect(difference.better).toBeGreaterThan(0.5)

  const back = await client.scores.difference({ runId: ids.independent, against: ids.one })
  expect(back.nats).toBeCloseTo(-difference.nats, 9)
  const { rows } = await client.scores.compare({ runIds: [ids.independent, ids.one], paired: true })
  expect(rows.find((row) => row.kind === 'run' && row.runId === ids.one)).toMatchObject({ difference: { nats: difference.nats } })
})

test('the NLLs lie beside the run, eight bytes an example, and go with their score', async () => {
  const { perExample: file } = (await studio.client.runs.get({ id: ids.one })).scores[0]!
  const path = join(home, 'runs', ids.one, file!)
  expect((await stat(path)).size).toBeLessThan(100 * 8 + 400)
})

test('why there is no difference is said', async () => {
  const { client } = studio
  await expect(client.scores.difference({ runId: ids.one, against: ids.one })).rejects.toThrow(/does not differ from itself/)
  await expect(client.scores.difference({ runId: ids.one, against: ids.other, split: 'valid' })).rejects.toThrow(/has not been scored on this split/)
  for await (const _ of await client.scores.score({ runId: ids.one, split: 'valid', examples: 10 })) void _
  for await (const _ of await client.scores.score({ runId: ids.other, split: 'valid' })) void _
  await expect(client.scores.difference({ runId: ids.one, against: ids.other, split: 'valid' })).rejects.toThrow(/scored on 10 examples .* \d+ others/)
})

test('runs that differ in their seed alone are one experiment', async () => {
  const { seeds, rows } = await studio.client.scores.compare({ runIds: Object.values(ids) })
  const nats = [ids.one, ids.other].map((id) => rows.find((row) => row.kind === 'run' && row.runId === id)!.nats!)
  expect(seeds).toHaveLength(1)
  expect(seeds[0]).toMatchObject({ runIds: [ids.one, ids.other], unit: 'nats/example' })
  expect(seeds[0]!.nats).toBeCloseTo((nats[0]! + nats[1]!) / 2, 9)
  expect(seeds[0]!.standardDeviation).toBeCloseTo(Math.abs(nats[0]! - nats[1]!) / Math.SQRT2, 9)
})

test('tags are kept once each', async () => {
  const run = await studio.client.runs.update({ id: ids.one, tags: ['paper', 'wide', 'paper'] })
  expect(run.tags).toEqual(['paper', 'wide'])
  expect((JSON.parse(readFileSync(join(home, 'runs', ids.one, 'run.json'), 'utf8')) as { tags: string[] }).tags).toEqual(['paper', 'wide'])
})

describe('published results of the user', () => {
  const fields = { title: 'DARN', value: 20, unit: 'nats/example' as const, reference: 'Gregor et al. (2014)' }

  test('stand beside runs of their data, survive a restart, are changed, removed and put back', async () => {
    const { client } = studio
    const added = await client.publications.save({ ...fields, datasetId: 'test' })
    const rowOf = async () => (await client.scores.compare({ runIds: [ids.one] })).rows.find((row) => row.kind === 'published')
    expect(await rowOf()).toMatchObject({ title: 'DARN', nats: 20, comparable: true, why: null, exact: true, ownId: added.id })
    expect((await rowOf())?.bitsPerDim).toBeCloseTo(20 / 36 / Math.LN2, 12)

    const changed = await client.publications.save({ ...fields, id: added.id, value: 0.5, unit: 'bits/dim', exact: false })
    expect(changed.createdAt).toBe(added.createdAt)
    expect(await rowOf()).toMatchObject({ exact: false, bitsPerDim: 0.5, comparable: true })

    const again = await openTestStudio(home)
    expect(await again.client.publications.list()).toEqual([changed])
    await again.close()

    const removed = await client.publications.remove({ id: added.id })
    expect(await rowOf()).toBeUndefined()
    await client.publications.restore(removed)
    expect(await client.publications.list()).toEqual([changed])
    await client.publications.remove({ id: added.id })
  })

  test('of another split, of p(x | c), or of other data are not comparable, and say why', async () => {
    const { client } = studio
    const { id } = await client.publications.save({ ...fields, datasetId: 'test', split: 'valid' })
    const why = async () => (await client.scores.compare({ runIds: [ids.one] })).rows.find((row) => row.kind === 'published')?.why
    expect(await why()).toMatch(/valid split/)
    await client.publications.save({ ...fields, id, split: 'test', conditioned: true })
    expect(await why()).toMatch(/p\(x \| condition\)/)
    const record = await client.publications.remove({ id })
    await client.publications.restore({ ...record, conditioned: false, data: { ...record.data, content: { ...record.data.content, testSha256: 'ff' } } })
    expect(await why()).toMatch(/not those of the first run/)
    await client.publications.remove({ id })
  })

  test('in a unit that the data do not have are refused', async () => {
    const { client } = studio
    await expect(client.publications.save({ ...fields, unit: 'nats/sample', datasetId: 'test' })).rejects.toThrow(/nats\/sample, but the NLL of .* is in nats\/example/)
    await expect(client.publications.save(fields)).rejects.toThrow(/not said which data/)
    expect(existsSync(join(home, 'published.json')) && (await client.publications.list())).toEqual([])
  })
})
