import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MetricPoint } from '../contract'
import type { Studio } from '../services/studio'
import { createStudio } from '../services/studio'
import type { RunningServer } from './server'
import { startServer } from './server'
import type { StudioClient } from './socketClient'
import { connectToStudio } from './socketClient'
import { cuttableWire } from './testStudio'

let home: string
let studio: Studio
let server: RunningServer
let connection: { client: StudioClient; close(): void }

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'chainrule-server-'))
  // Nothing here computes, so a run ends at once for want of an engine.
  studio = await createStudio({ home, shell: 'serve', engine: { entry: join(home, 'no-engine.js') } })
  server = await startServer({ studio })
  connection = connectToStudio(server)
})
afterAll(async () => {
  connection.close()
  await studio.close()
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

/** A CSV table of binary columns, which imports without an engine. */
const table = Array.from({ length: 80 }, (_, row) => [row & 1, (row >> 1) & 1, (row >> 2) & 1, (row % 5) & 1].join(',')).join('\n')

test('what is uploaded over HTTP is planned and imported over the socket, and the watch streams tell of it', async () => {
  const { client } = connection
  const upload = await client.uploads.create()
  const half = Math.floor(table.length / 2)
  for (const [offset, piece] of [
    [0, table.slice(0, half)],
    [half, table.slice(half)],
  ] as const) {
    const answer = await fetch(`${server.address}${upload.putUrl}/bits.csv?offset=${offset}`, {
      method: 'PUT',
      body: piece,
      headers: { authorization: `Bearer ${server.token}` },
    })
    expect(answer.status).toBe(204)
  }
  const file = join(upload.path, 'bits.csv')
  expect(readFileSync(file, 'utf8')).toBe(table)

  const plan = await client.datasets.plan({ paths: [file], options: {} })
  expect(plan).toMatchObject({ kind: 'table', rejected: [] })
  expect(plan.preview[0]?.pixels).toBeInstanceOf(Uint8Array)

  const seen: string[] = []
  const job = await client.datasets.import({ paths: [file], name: 'Bits', options: {} })
  for await (const jobs of await client.jobs.watch()) {
    const mine = jobs.find(({ id }) => id === job.id)
    if (!mine) continue
    seen.push(mine.status)
    if (mine.status === 'done') break
    expect(mine.error).toBeNull()
  }
  expect(seen.at(-1)).toBe('done')
  const [dataset] = await client.datasets.list()
  expect(dataset).toMatchObject({ name: 'Bits', domain: { kind: 'table', shape: [4], levels: 2 } })
  expect(existsSync(join(home, 'datasets', dataset?.id ?? '', 'dataset.json'))).toBe(true)
  const examples = await client.datasets.examples({ id: dataset?.id ?? '', split: 'train' })
  expect(examples.levels).toBeInstanceOf(Uint8Array)
  expect(examples.levels.length).toBe(4 * Math.min(64, dataset?.counts.train ?? 0))
})

test('errors keep their code, their words and their mend on the way', async () => {
  const { client } = connection
  await expect(client.datasets.get({ id: 'nothing-here' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('nothing-here'),
  })
  await expect(client.datasets.plan({ paths: [join(home, 'no-such-folder')], options: {} })).rejects.toMatchObject({
    code: 'USER_ERROR',
    message: expect.stringContaining('no-such-folder'),
  })
  await expect(client.datasets.plan({ paths: [], options: {} })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

function point(step: number): MetricPoint {
  return {
    kind: 'train',
    step,
    epoch: step / 10,
    seconds: step,
    nats: 100 / (1 + step),
    bitsPerDim: 1,
    gradientNorm: 1,
    learningRate: 1e-3,
    stepsPerSecond: 1,
    examplesPerSecond: 1,
    memoryBytes: 1,
    tensors: 1,
  }
}

test('5,000 metric points, half of them live, arrive once each and in order over a connection that is cut again and again', async () => {
  const { client } = connection
  const [dataset] = await client.datasets.list()
  const { id } = await client.runs.create({
    datasetId: dataset?.id ?? '',
    model: { family: 'independent', config: {} },
    training: {},
    budget: { steps: 1 },
  })
  await expect.poll(async () => (await client.runs.get({ id })).status, { timeout: 20_000 }).toBe('interrupted')
  const log = await studio.context.runs.metrics(id)
  await log.append(Array.from({ length: 2_500 }, (_, step) => point(step)))

  const wire = await cuttableWire(server)
  const watcher = connectToStudio(wire)
  const seen: number[] = []
  let cuts = 0
  const live = (async () => {
    for (let step = 2_500; step < 5_000; step += 10) {
      await log.append(Array.from({ length: 10 }, (_, index) => point(step + index)))
      studio.context.hub.emit('metrics', id)
      if (step % 500 === 0) {
        cuts++
        wire.cut()
      }
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
  })()
  for await (const message of await watcher.client.runs.watchMetrics(
    { id },
    { context: { retry: Number.POSITIVE_INFINITY, retryDelay: 20 } },
  )) {
    if (message.reset) seen.length = 0
    expect(message.from).toBe(seen.length)
    for (const { step } of message.points) seen.push(step)
    if (seen.length >= 5_000) break
  }
  await live
  expect(cuts).toBe(5)
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, step) => step))
  watcher.close()
  wire.close()
})
