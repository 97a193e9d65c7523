import { appendFile, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MetricPoint } from '../contract/records/training'
import { openMetricsLog } from './metricsLog'

const train = (step: number): MetricPoint => ({
  kind: 'train',
  step,
  epoch: step / 100,
  seconds: step / 10,
  nats: 100 - step / 1000,
  bitsPerDim: 0.18,
  gradientNorm: 1.5,
  learningRate: 0.001,
  stepsPerSecond: 10,
  examplesPerSecond: 1000,
  memoryBytes: 5e8,
  tensors: 40,
})
const valid = (step: number): MetricPoint => ({
  kind: 'valid',
  step,
  epoch: step / 100,
  seconds: step / 10,
  nats: 99,
  bitsPerDim: 0.18,
  standardError: 0.2,
  examples: 1000,
  weights: 'ema',
})

let path: string
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'chainrule-metrics-')), 'metrics.jsonl')
})

test('points are read back from any index, also by a log opened anew', async () => {
  const log = await openMetricsLog(path)
  await log.append([train(1), train(2)])
  await log.append([valid(2), train(3)])
  expect(await log.read(1, 2)).toEqual({ points: [train(2), valid(2)], next: 3 })
  await log.close()
  const again = await openMetricsLog(path)
  expect(again.count).toBe(4)
  expect(await again.read(3)).toEqual({ points: [train(3)], next: 4 })
  expect(await again.read(9)).toEqual({ points: [], next: 4 })
  expect(await again.pointsOfKind('valid')).toEqual([valid(2)])
  await again.close()
})

test('a log without a file is empty and makes none until it is written to', async () => {
  const log = await openMetricsLog(path)
  expect(await log.read(0)).toEqual({ points: [], next: 0 })
  await log.close()
  expect(existsSync(path)).toBe(false)
})

test.each([
  ['half a line', (line: string) => line.slice(0, 30)],
  ['zeros, as a machine leaves them that lost its power', () => '\0'.repeat(64)],
  ['a complete line of other content', () => '{"kind":"tr\n'],
])('a torn last line (%s) is cut and the next append is whole', async (_, tear) => {
  const log = await openMetricsLog(path)
  await log.append([train(1), train(2)])
  await log.close()
  await appendFile(path, tear(JSON.stringify(train(3))))
  const again = await openMetricsLog(path)
  expect(again.count).toBe(2)
  await again.append([train(3)])
  await again.close()
  expect(
    (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as MetricPoint).step),
  ).toEqual([1, 2, 3])
})

test('a damaged line in the middle is left out and the others keep their index', async () => {
  await writeFile(path, [train(1), null, train(3)].map((point) => (point ? JSON.stringify(point) : '?????')).join('\n') + '\n')
  const log = await openMetricsLog(path)
  expect(await log.read(0)).toEqual({ points: [train(1), train(3)], next: 3 })
  expect(await log.read(2)).toEqual({ points: [train(3)], next: 3 })
  await log.close()
})

test('a resume cuts what came after its checkpoint', async () => {
  const log = await openMetricsLog(path)
  await log.append([train(50), train(100), valid(100), train(150), train(200), valid(200)])
  expect(await log.truncateToStep(100)).toBe(3)
  expect(log.generation).toBe(1)
  expect((await log.read(0)).points).toEqual([train(50), train(100), valid(100)])
  await log.append([train(150)])
  expect(await log.truncateToStep(1000)).toBe(0)
  expect(log.generation).toBe(1)
  expect((await log.read(3)).points).toEqual([train(150)])
  expect(await log.truncateToStep(-1)).toBe(4)
  expect((await stat(path)).size).toBe(0)
  await log.close()
})

test('a million points open, read from the end and grow in seconds', async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => JSON.stringify(train(index))).join('\n') + '\n'
  await writeFile(path, lines.repeat(1000))
  const started = performance.now()
  const log = await openMetricsLog(path)
  expect(log.count).toBe(1_000_000)
  for (let index = 0; index < 200; index++) {
    await log.append([train(1000 + index)])
    expect((await log.read(log.count - 1)).points).toHaveLength(1)
  }
  expect(performance.now() - started).toBeLessThan(5000)
  await log.close()
})

describe.skipIf(!existsSync('/dev/full'))('on a full disk', () => {
  test('an append fails with the cause and the mend', async () => {
    await symlink('/dev/full', path)
    const log = await openMetricsLog(path)
    await expect(log.append([train(1)])).rejects.toThrow(/metrics\.jsonl: the disk is full\. Free some space/)
    expect(log.count).toBe(0)
    await log.close()
  })
})
