import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { farFromUniform } from '../evaluation/probeWeights'
import { drawSamples } from '../sampling/ancestral'
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

describe.each(['repeat', 'linear'] as const)('conditioned on features, upsampling: %s', (upsampling) => {
  const [hop, size, length] = [4, 3, 22]
  const features = { size, hop, mean: [0, 0, 0], deviation: [1, 1, 1] }
  const family = familyById('wavenet')
  const config = family.description.schema.parse({ stacks: 1, layersPerStack: 2, residual: 6, skip: 5, head: 6, condition: 'features', upsampling })
  const model = family.build(config, { ...audioDomain(length, 8), features }, 0)
  const frames = upsampling === 'linear' ? 7 : 6
  const conditions = (rows: number, seed: number): Float32Array => randomStream(seed, 'features').fillNormal(new Float32Array(rows * frames * size))

  it('draws the same samples by kernels, in JavaScript and by whole forward passes over windows, each with its own features', async () => {
    const parameters = farFromUniform(model, 2)
    const request = { model, parameters, count: 9, seed: 3, length, condition: conditions(9, 1) }
    const naive = await drawSamples({ ...request, naive: true })
    for (const how of [{}, { threads: 1, batchSize: 1 }, { kernels: false }]) {
      const drawn = await drawSamples({ ...request, ...how })
      expect(drawn.method).toBe('cached')
      expect(drawn.levels).toEqual(naive.levels)
      drawn.logProb.forEach((value, sample) => expect(value).toBeCloseTo(naive.logProb[sample]!, 3))
    }
    const other = await drawSamples({ ...request, condition: conditions(9, 2) })
    expect(other.levels).not.toEqual(naive.levels)
    tf.dispose(parameters)
  })

  it('lets a frame change the conditionals of its own samples and what follows, and by interpolation those of the frame before', () => {
    const parameters = farFromUniform(model, 2)
    const x = tf.zeros([1, length])
    const conditionals = (values: Float32Array): Float32Array => tf.tidy(() => model.conditionals(parameters, x, tf.tensor(values, [1, frames, size])).dataSync() as Float32Array)
    const given = conditions(1, 1)
    const [before, after] = [conditionals(given), conditionals(given.map((value, at) => (Math.floor(at / size) === 3 ? value + 1 : value)))]
    const changed = (position: number): boolean => before.subarray(position * 8, (position + 1) * 8).some((value, level) => Math.abs(value - after[position * 8 + level]!) > 1e-5)
    const positions = Array.from({ length }, (_value, position) => position).filter(changed)
    // Interpolated, the first sample of the frame before holds nothing of it yet.
    expect(positions[0]).toBe(upsampling === 'linear' ? 2 * hop + 1 : 3 * hop)
    // The reach of the second layer after its last sample.
    expect(positions.at(-1)).toBe(4 * hop - 1 + 2)
    tf.dispose([parameters, x])
  })
})

it('refuses features where the data has none, and says the mend', () => {
  const family = familyById('wavenet')
  expect(() => family.build(family.description.schema.parse({ condition: 'features' }), audioDomain(50, 16), 0)).toThrow(/condition: .*Import it with features/)
})
