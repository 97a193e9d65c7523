import { expect, test } from 'vitest'
import type { MetricPoint } from '../contract/records/training'
import { createUsageMeter, parseUsage } from './usageMeter'

const point = { kind: 'train', step: 1, epoch: 0, seconds: 1, nats: 1, bitsPerDim: 1, gradientNorm: 1, learningRate: 1, stepsPerSecond: 1, examplesPerSecond: 1, memoryBytes: 1, tensors: 1 } satisfies MetricPoint

test('says how many cores were busy, and of the GPU only where there is one', async () => {
  const usage = createUsageMeter({ device: 'cpu' }, () => Promise.reject(new Error('never asked')))
  const began = process.cpuUsage()
  while (process.cpuUsage(began).user < 30_000) Math.sqrt(Math.random())
  const measured = usage.addTo(point)
  expect(measured).toMatchObject({ kind: 'train', cpuCores: expect.any(Number) as number })
  expect(measured.kind === 'train' && measured.cpuCores).toBeGreaterThan(0)
  expect(measured).not.toHaveProperty('gpuPercent')

  const withGpu = createUsageMeter({ device: 'gpu' }, () => Promise.resolve({ gpuPercent: 37, gpuMemoryBytes: 5 }))
  expect(withGpu.addTo(point)).not.toHaveProperty('gpuPercent')
  await new Promise(setImmediate)
  expect(withGpu.addTo(point)).toMatchObject({ gpuPercent: 37, gpuMemoryBytes: 5 })
})

test("reads the driver's answer", () => {
  expect(parseUsage('37, 10240\n')).toEqual({ gpuPercent: 37, gpuMemoryBytes: 10_240 * 2 ** 20 })
  expect(parseUsage('[N/A], [N/A]')).toBeNull()
})
