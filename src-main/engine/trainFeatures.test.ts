import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { budgetSchema, trainingConfigSchema } from '../contract/records/training'
import { importData } from '../data/importData'
import { openSplit } from '../data/openStore'
import { wavFile } from '../data/testing/files'
import type { TrainEvent, TrainRequest } from './protocol'
import { sample } from './sample'
import { score } from './score'
import { train } from './train'
import type { LevelArray } from '../contract/levels'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-features-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Silence, then noise, from a moment that differs: what no model knows beforehand that is not told. */
async function writeBursts(): Promise<void> {
  await mkdir(join(folder, 'in'))
  for (let clip = 0; clip < 12; clip++) {
    const pcm = Buffer.alloc(1200)
    for (let at = 200 + 20 * clip; at < 600; at++) pcm.writeInt16LE(Math.round(9000 * Math.sin(at * at * 0.37 + clip)), 2 * at)
    await writeFile(join(folder, 'in', `${clip}.wav`), wavFile(pcm, { sampleRate: 8000 }))
  }
}

it('trains, scores and draws a WaveNet that is told the log-mel energies of each recording, and refuses data without them', async () => {
  await writeBursts()
  const importOf = (name: string, features: 'log-mel' | 'none') =>
    importData({ paths: [join(folder, 'in')], name, datasetFolder: join(folder, name), datasetId: name, options: { split: '60/20/20', features, melBands: 8 } })
  const { domain } = await importOf('told', 'log-mel')
  const model = { family: 'wavenet', config: { stacks: 1, layersPerStack: 4, residual: 8, skip: 16, head: 16, condition: 'features', upsampling: 'linear' } }
  const training = trainingConfigSchema.parse({ batchSize: 4, windowSamples: 128, validateEvery: 40, learningRate: 0.01, gallerySamples: 2, threads: 1 })
  const request: TrainRequest = {
    ...{ runId: 'run', runFolder: join(folder, 'run'), model, training, resumeFrom: null },
    dataset: { folder: join(folder, 'told'), domain },
    budget: budgetSchema.parse({ steps: 40 }),
  }
  const events: TrainEvent[] = []
  for await (const event of train(request)) events.push(event)
  const checkpoint = events.findLast((event) => event.type === 'checkpoint')!
  expect(events.at(-1)).toMatchObject({ type: 'finished', step: 40 })
  expect(events.some(({ type }) => type === 'gallery')).toBe(true)

  const scoring = { model, dataset: request.dataset, split: 'valid' as const, checkpointFolder: checkpoint.folder, weights: 'raw' as const, batchSize: 4, seed: 0 }
  let nats = NaN
  for await (const { result } of score(scoring)) if (result) nats = result.nats.reduce((sum, value) => sum + value, 0) / result.dimensions.reduce((sum, value) => sum + value, 0)
  expect(nats).toBeCloseTo(checkpoint.valid!.nats, 4)
  // The silence is certain, and when it ends is told: far below 256 equal levels.
  expect(nats).toBeLessThan(0.75 * Math.log(256))

  const source = await openSplit(join(folder, 'told'), 'test')
  const frames = Math.ceil(source.lengthOf(0) / domain.features!.hop)
  const features = new Uint8Array((await source.featuresOf!(0, 0, frames)).buffer as ArrayBuffer)
  await source.close()
  const drawing = { model, domain, checkpointFolder: checkpoint.folder, weights: 'raw' as const, count: 2, seed: 1, temperature: 1, length: 120 }
  const drawn: LevelArray[] = []
  for (const naive of [false, true]) for await (const { result } of sample({ ...drawing, naive, features })) if (result) drawn.push(result.levels)
  expect(drawn[0]).toEqual(drawn[1])
  await expect(async () => {
    for await (const _item of sample({ ...drawing, naive: false, length: 60_000, features })) continue
  }).rejects.toThrow(/last for/)

  const { domain: without } = await importOf('untold', 'none')
  await expect(async () => {
    for await (const _item of train({ ...request, dataset: { folder: join(folder, 'untold'), domain: without } })) continue
  }).rejects.toThrow(/condition: .*Import it with features/)
  await expect(async () => {
    for await (const _item of score({ ...scoring, dataset: { folder: join(folder, 'untold'), domain } })) continue
  }).rejects.toThrow(/no features beside its recordings/)
})
