import { expect, test } from 'vitest'
import { createMeter } from './meter'

const step = { nats: 80, gradientNorm: 2, learningRate: 1e-3, counted: 10, examples: 10, milliseconds: 100, dataWaitMs: 1 }

test('the speed is that of steps that were not looked at, the loss that of all', () => {
  const meter = createMeter()
  meter.add(step)
  meter.add({ ...step, nats: 60, milliseconds: 5000, observed: true })
  const measured = meter.take()!
  expect(measured.stepsPerSecond).toBeCloseTo(10, 9)
  expect(measured.examplesPerSecond).toBeCloseTo(100, 9)
  expect(measured.nats).toBe(70)
  expect(meter.take()).toBeNull()
  meter.add({ ...step, observed: true })
  expect(meter.take()!.stepsPerSecond).toBeCloseTo(10, 9)
})
