import { expect } from 'vitest'
import type { Vector } from '../kernels/operations'
import { PlanBuilder } from '../kernels/planBuilder'
import type { PhaseWriter } from '../kernels/planBuilder'
import { steppedSampler } from '../kernels/steppedSampler'
import { randomStream } from '../tensor/random'

export const numbers = (name: string, length: number, size = 1): Float32Array =>
  randomStream(3, name).fillNormal(new Float32Array(length)).map((value) => value * size)
export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value))

export interface Scene {
  plan: PlanBuilder
  step: PhaseWriter
  /** A vector that holds the given numbers at every step. */
  holding(values: Float32Array): Vector
}

/** What `describe` leaves in its vector at each step, for every stream; drawn values are those of `draws` [steps][streams]. */
export function run(
  write: (scene: Scene) => Vector,
  { steps = 1, streams = 3, width = 1, draws = [] as number[][], lanes = 1 as 1 | 8, condition = null as Float32Array | null, conditionSize = 0 } = {},
): Float32Array[] {
  const plan = new PlanBuilder({ steps, width, conditionSize })
  const scene: Scene = {
    plan,
    step: plan.step,
    holding(values) {
      const vector = plan.vector(values.length)
      plan.start.table({ table: values, to: vector, index: 'step' })
      return vector
    },
  }
  const out = write(scene)
  if (!plan.step.head) plan.step.drawOutside(out)
  const sampler = steppedSampler(plan.build(), streams, steps, condition, lanes)
  return Array.from({ length: steps }, (_value, step) => {
    const seen = Float32Array.from(sampler.logits(step))
    sampler.accept(step, Float32Array.from({ length: streams }, (_stream, stream) => draws[step]?.[stream] ?? 0))
    return seen
  })
}

/** Rows of streams agree with what is expected of each, in both layouts, and the layouts to the last bit. */
export function expectEach(write: (scene: Scene) => Vector, expected: (step: number, stream: number) => ArrayLike<number>, options: Parameters<typeof run>[1] = {}, tolerance = 2e-6): void {
  const alone = run(write, { ...options, lanes: 1 })
  const together = run(write, { ...options, lanes: 8 })
  const streams = options.streams ?? 3
  alone.forEach((all, step) => {
    expect(Array.from(together[step]!)).toEqual(Array.from(all))
    const size = all.length / streams
    for (let stream = 0; stream < streams; stream++) {
      const row = Array.from(expected(step, stream))
      expect(row).toHaveLength(size)
      row.forEach((value, index) => {
        const found = all[stream * size + index]!
        if (!(Math.abs(found - value) <= tolerance * (1 + Math.abs(value)))) throw new Error(`step ${step}, stream ${stream}, channel ${index}: ${found}, not ${value}`)
      })
    }
  })
}
