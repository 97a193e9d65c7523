import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HistogramRecord } from '../contract/records/histogram'
import { openHistogramLog } from './histogramLog'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chainrule-histograms-'))
  path = join(folder, 'histograms.jsonl')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const magnitudes = { first: 3, counts: [1, 2, 3], below: 0, above: 0, rms: 0.1, negative: 0.5 }
const record = (step: number): HistogramRecord => ({ step, epoch: step / 10, seconds: step, layers: [{ name: 'w', weights: magnitudes, gradients: magnitudes }] })

test('keeps records over a restart, and loses the torn one alone', async () => {
  const log = await openHistogramLog(path)
  await log.append(record(10))
  await log.append(record(20))
  await appendFile(path, '{"step":30,"epo')
  const again = await openHistogramLog(path)
  expect(again.records).toEqual([record(10), record(20)])
  await again.append(record(30))
  expect((await openHistogramLog(path)).records.map(({ step }) => step)).toEqual([10, 20, 30])
})

test('is bounded, and stays even over training', async () => {
  const log = await openHistogramLog(path, 4000)
  for (let step = 10; step <= 2000; step += 10) await log.append(record(step))
  expect((await stat(path)).size).toBeLessThanOrEqual(4000)
  const steps = log.records.map((each) => each.step)
  expect(steps.length).toBeGreaterThan(5)
  expect(steps[0]).toBe(10)
  expect(steps.at(-1)).toBeGreaterThan(1500)
  const gaps = steps.slice(1).map((step, index) => step - steps[index]!)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps))
  expect(log.generation).toBeGreaterThan(0)
})

test('is cut with the run', async () => {
  const log = await openHistogramLog(path)
  for (const step of [10, 20, 30]) await log.append(record(step))
  await log.truncateToStep(20)
  expect(log.generation).toBe(1)
  expect((await openHistogramLog(path)).records.map(({ step }) => step)).toEqual([10, 20])
})
