import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { trainingConfigSchema } from '../contract/records/training'
import { createEngineClient } from './client'
import type { EngineClient, ScoreProgress } from './client'
import { chainDomain, chainNats, writeChains } from './testStore'

let folder: string
let data: string
let client: EngineClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latents-'))
  await mkdir(join(folder, 'data'))
  data = await writeChains(join(folder, 'data'))
  client = createEngineClient()
  await client.start()
})
afterAll(async () => {
  await client.dispose()
  await rm(folder, { recursive: true })
})

it('a model with latents is trained, scored as a bound with its Monte-Carlo error, and refuses what asks for its conditionals', async () => {
  const dataset = { folder: data, domain: chainDomain }
  const model = { family: 'stcn', config: { channels: 8, layers: 3, latents: [3, 2], embedding: 4, past: true, importanceSamples: 4 } }
  const training = trainingConfigSchema.parse({ batchSize: 50, learningRate: 1e-2, gallerySamples: 2, validateEvery: 80 })
  let checkpointFolder = ''
  for await (const event of client.train({ runId: 'run', runFolder: join(folder, 'run'), dataset, model, training, budget: { steps: 160 }, resumeFrom: null })) {
    if (event.type === 'checkpoint') checkpointFolder = event.folder
  }

  const request = { model, dataset, split: 'valid' as const, checkpointFolder, weights: 'raw' as const, batchSize: 64, seed: 0 }
  const scored = async (importanceSamples: number): Promise<NonNullable<ScoreProgress['result']>> => {
    let last: ScoreProgress['result'] = null
    for await (const { result } of client.score({ ...request, importanceSamples, map: true })) last = result ?? last
    return last!
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [elbo, bound] = [await scored(1), await scored(32)]
  expect(bound).toMatchObject({ draws: 4, latents: { samples: 32 }, states: null, members: null })
  // More draws weighed: never worse but for chance, and with less of it.
  const errorOf = ({ latents, nats }: typeof bound): number => Math.sqrt(latents!.variance) / nats.length
  expect(errorOf(bound)).toBeGreaterThan(0)
  expect(errorOf(bound)).toBeLessThan(errorOf(elbo))
  expect(mean(bound.nats)).toBeLessThan(mean(elbo.nats) + 3 * errorOf(elbo))
  // Far better than pixels apart, and no better than the model that made the data (2 nats for the chance of 200 examples).
  expect(mean(bound.nats)).toBeLessThan(0.8 * chainNats.independent)
  expect(mean(bound.nats)).toBeGreaterThan(chainNats.chain - 2)
  expect(bound.map!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(mean(bound.nats), 3)

  await expect(client.conditionals({ ...request, index: 0 })).rejects.toThrow('STCN has latent variables')
  await expect((async () => {
    for await (const _progress of client.examine(request));
  })()).rejects.toThrow('Score the run for its bound')
})
