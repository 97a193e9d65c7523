import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Studio } from '../services/studio'
import { createStudio } from '../services/studio'
import type { RunningServer } from './server'
import { startServer } from './server'
import type { StudioClient } from './socketClient'
import { connectToStudio } from './socketClient'

let home: string
let studio: Studio
let server: RunningServer
let connection: { client: StudioClient; close(): void }

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'chainrule-server-'))
  studio = await createStudio({ home, shell: 'serve' })
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
  for (const [offset, piece] of [[0, table.slice(0, half)], [half, table.slice(half)]] as const) {
    const answer = await fetch(`${server.address}${upload.putUrl}/bits.csv?offset=${offset}`, { method: 'PUT', body: piece, headers: { authorization: `Bearer ${server.token}` } })
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
  await expect(client.datasets.get({ id: 'nothing-here' })).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('nothing-here') })
  await expect(client.datasets.plan({ paths: [join(home, 'no-such-folder')], options: {} })).rejects.toMatchObject({ code: 'USER_ERROR', message: expect.stringContaining('no-such-folder') })
  await expect(client.datasets.plan({ paths: [], options: {} })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
