import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { farFromUniform } from '../evaluation/probeWeights'
import { familyById } from './registry'
import { audioDomain } from './testSupport'

beforeAll(() => startEngine())

it.each([
  { stacks: 2, layersPerStack: 4, kernel: 2 },
  { stacks: 1, layersPerStack: 3, kernel: 3 },
])('gives a window the conditionals of the whole clip once its context is a receptive field long: %o', (shape) => {
  const domain = audioDomain(200)
  const family = familyById('wavenet')
  const model = family.build(family.description.schema.parse({ ...shape, residual: 8, skip: 9, head: 10 }), domain, 0)
  const context = model.receptiveField!
  const parameters = farFromUniform(model, 1)
  const random = randomStream(1, 'clip')
  const clip = Float32Array.from({ length: 200 }, () => random.integer(256))
  const conditionals = (from: number, to: number): Float32Array =>
    tf.tidy(() => model.conditionals(parameters, tf.tensor2d(clip.subarray(from, to), [1, to - from])).dataSync() as Float32Array)
  const whole = conditionals(0, 200)
  const start = 77
  const window = conditionals(start, 150)
  const difference = (position: number): number => {
    let worst = 0
    for (let level = 0; level < 256; level++)
      worst = Math.max(worst, Math.abs(window[(position - start) * 256 + level]! - whole[position * 256 + level]!))
    return worst
  }
  for (let position = start + context; position < 150; position++) expect(difference(position)).toBeLessThan(1e-5)
  // One sample earlier the start of the window shows: the claimed context is not too long either.
  expect(difference(start + context - 1)).toBeGreaterThan(1e-4)
  tf.dispose(parameters)
})

it('works for any number of time steps, one included', () => {
  const family = familyById('wavenet')
  const model = family.build(
    family.description.schema.parse({ stacks: 1, layersPerStack: 5, residual: 4, skip: 4, head: 4 }),
    audioDomain(50, 16),
    0,
  )
  const parameters = farFromUniform(model, 1)
  tf.tidy(() => {
    for (const length of [1, 2, 7, 90]) expect(model.conditionals(parameters, tf.zeros([3, length])).shape).toEqual([3, length, 16])
  })
  tf.dispose(parameters)
})
