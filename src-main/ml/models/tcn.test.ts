import { beforeAll, expect, it } from 'vitest'
import { farFromUniform } from '../evaluation/probeWeights'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { familyById } from './registry'
import { audioDomain } from './testSupport'

beforeAll(() => startEngine())

it.each([
  { kernel: 2, layers: 4, weightNorm: true },
  { kernel: 3, layers: 3, weightNorm: false },
])('a window has the conditionals of the whole clip once its context is a receptive field long: %o', (shape) => {
  const family = familyById('tcn')
  const model = family.build(family.description.schema.parse({ ...shape, channels: 8 }), audioDomain(160, 16), 0)
  const context = model.receptiveField!
  const parameters = farFromUniform(model, 1)
  const random = randomStream(1, 'clip')
  const clip = Float32Array.from({ length: 160 }, () => random.integer(16))
  const conditionals = (from: number, to: number): Float32Array =>
    tf.tidy(() => model.conditionals(parameters, tf.tensor2d(clip.subarray(from, to), [1, to - from])).dataSync() as Float32Array)
  const [whole, start] = [conditionals(0, 160), 61]
  const window = conditionals(start, 140)
  const difference = (position: number): number =>
    Math.max(...Array.from({ length: 16 }, (_value, level) => Math.abs(window[(position - start) * 16 + level]! - whole[position * 16 + level]!)))
  for (let position = start + context; position < 140; position++) expect(difference(position)).toBeLessThan(1e-5)
  expect(Math.max(...Array.from({ length: context }, (_value, before) => difference(start + before)))).toBeGreaterThan(1e-4)
  tf.dispose(parameters)
})
