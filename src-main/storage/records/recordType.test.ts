import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { defineRecord } from './recordType'
import { runRecordType } from './runRecord'

/** A record type with a history: version 1 had `nll` in bits, version 2 has `nats`, version 3 adds `notes`. */
const scoreRecord = defineRecord({
  type: 'score',
  version: 3,
  schema: z.object({ type: z.literal('score'), version: z.literal(3), nats: z.number(), notes: z.string() }),
  migrations: {
    1: ({ nll, ...rest }) => ({ ...rest, nats: (nll as number) * Math.LN2 }),
    2: (record) => ({ ...record, notes: '' }),
  },
})

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-record-'))
  path = join(folder, 'score.json')
})

test('a record survives writing and reading, and no temporary file stays', async () => {
  const record = { type: 'score' as const, version: 3 as const, nats: 81.3, notes: 'as published' }
  await scoreRecord.write(path, record)
  expect(await scoreRecord.read(path)).toEqual(record)
  expect(await readdir(folder)).toEqual(['score.json'])
})

test('an old record is migrated step by step', async () => {
  await writeFile(path, JSON.stringify({ type: 'score', version: 1, nll: 2 }))
  expect(await scoreRecord.read(path)).toEqual({ type: 'score', version: 3, nats: 2 * Math.LN2, notes: '' })
})

test('a record of a newer version is refused by name and left untouched', async () => {
  const text = JSON.stringify({ type: 'run', version: 99, invention: 'of the future' })
  await writeFile(path, text)
  await expect(runRecordType.read(path)).rejects.toThrow(
    /score\.json was made by a newer version of Chainrule \(run record version 99; this one reads up to 1\)/,
  )
  expect(await readFile(path, 'utf8')).toBe(text)
})

test.each([
  ['not JSON', '{"type":"score","vers', /is not valid JSON/],
  ['another type', '{"type":"run","version":1}', /its type is 'run'/],
  ['no version', '{"type":"score"}', /no valid version/],
  ['a wrong field', '{"type":"score","version":3,"nats":"eighty","notes":""}', /damaged: nats/],
])('a damaged record (%s) is refused with the file and the fault', async (_, text, message) => {
  await writeFile(path, text)
  await expect(scoreRecord.read(path)).rejects.toThrow(message)
  await expect(scoreRecord.read(path)).rejects.toThrow(path)
})

test('an invalid record is never written', async () => {
  await expect(scoreRecord.write(path, { type: 'score', version: 3, nats: Number.NaN, notes: '' })).rejects.toThrow()
  expect(await readdir(folder)).toEqual([])
})

test('a record type with a gap in its migrations cannot be defined', () => {
  expect(() => defineRecord({ type: 'score', version: 3, schema: z.object({}), migrations: { 1: (record) => record } })).toThrow(
    /migration from version 2 to 3/,
  )
})
