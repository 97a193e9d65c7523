import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelDocument } from '../contract/records/model'
import { trainingConfigSchema } from '../contract/records/training'
import { createEngineClient } from './client'
import type { EngineClient, ScoreProgress } from './client'
import type { ScoreRequest } from './protocol'
import { chainDomain, writeChains, writeLabelledChains } from './testStore'

type Scored = NonNullable<ScoreProgress['result']>

let folder: string
let client: EngineClient
let labelled: string
let plain: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderings-'))
  await Promise.all(['plain', 'labelled'].map((name) => mkdir(join(folder, name))))
  plain = await writeChains(join(folder, 'plain'))
  labelled = await writeLabelledChains(join(folder, 'labelled'))
  client = createEngineClient()
  await client.start()
})
afterAll(async () => {
  await client.dispose()
  await rm(folder, { recursive: true })
})

/** Trains a little and answers how to score the result. */
async function trained(model: ModelDocument, data: string): Promise<(changes?: Partial<ScoreRequest>) => Promise<{ result: Scored; total: number }>> {
  const runFolder = await mkdtemp(join(folder, 'run-'))
  const dataset = { folder: data, domain: chainDomain }
  const training = trainingConfigSchema.parse({ batchSize: 50, learningRate: 1e-2, gallerySamples: 0, validateEvery: 40 })
  let checkpointFolder = ''
  for await (const event of client.train({ runId: 'run', runFolder, dataset, model, training, budget: { steps: 40 }, resumeFrom: null }))
    if (event.type === 'checkpoint') checkpointFolder = event.folder
  return async (changes = {}) => {
    let last: { result: Scored; total: number } | null = null
    const request: ScoreRequest = { model, dataset, split: 'valid', checkpointFolder, weights: 'raw', batchSize: 64, seed: 0, ...changes }
    for await (const { result, total } of client.score(request)) if (result) last = { result, total }
    return last!
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe.each([
  { family: 'deepnade', config: { hidden: [24, 24] } },
  { family: 'convnade', config: { channels: 4, blocks: 1, firstKernel: 3, headChannels: 6, dense: [16] } },
  { family: 'made', config: { hidden: [40], masks: 4, orderAgnostic: true } },
])('several orderings of $family', (model) => {
  it('are scored as an ensemble and one by one, on a share of each class', async () => {
    const score = await trained(model, labelled)
    const alone = (await score()).result
    expect([alone.members, alone.subset]).toEqual([null, null])

    const { result, total } = await score({ ensemble: 3, examples: 40 })
    expect(total).toBe(120)
    expect(result.nats).toHaveLength(40)
    const { indices, ...chosen } = result.subset!
    expect(chosen).toEqual({ of: 200, by: 'class', seed: 0 })
    // Even examples are of class 0, odd ones of class 1: half of each.
    expect(indices.filter((index) => index % 2 === 0)).toHaveLength(20)
    expect([...new Set(indices)].sort((a, b) => a - b)).toEqual(indices)

    // The first member is the model itself; the ensemble is at least as good as its members in the mean.
    expect(result.members!.each).toHaveLength(3)
    expect(result.members!.each[0]).toBeCloseTo(mean(indices.map((index) => alone.nats[index]!)), 4)
    expect(mean(result.members!.nats)).toBeCloseTo(mean(result.members!.each), 8)
    result.nats.forEach((value, example) => expect(value).toBeLessThanOrEqual(result.members!.nats[example]! + 1e-6))

    // The map shares out the ensemble's own NLL.
    const mapped = (await score({ ensemble: 3, examples: 40, map: true })).result
    mapped.nats.forEach((value, example) => expect(Math.abs(value - result.nats[example]!)).toBeLessThan(1e-3))
    expect(mean(mapped.nats)).toBeCloseTo(mapped.map!.reduce((sum, value) => sum + value, 0), 3)
  })
})

describe('a share of the examples', () => {
  it('is chosen by chance where there are no labels, and all when there are no more', async () => {
    const score = await trained({ family: 'independent', config: {} }, plain)
    const { result } = await score({ examples: 30 })
    expect(result.nats).toHaveLength(30)
    expect(result.subset).toMatchObject({ of: 200, by: 'chance', seed: 0 })
    expect((await score({ examples: 30 })).result.subset).toEqual(result.subset)
    expect((await score({ examples: 200 })).result.subset).toBeNull()
  })

  it('goes with one ordering alone too, but models of a single one have no ensemble', async () => {
    const score = await trained({ family: 'nade', config: { hidden: 8 } }, labelled)
    expect((await score({ examples: 30 })).result.members).toBeNull()
    await expect(score({ ensemble: 2 })).rejects.toThrow('single ordering')
  })
})

