import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PCM_LEVELS } from '../../contract/levels'
import { steppedSampler } from '../kernels/steppedSampler'
import { drawSamples, weightsOf } from '../sampling/ancestral'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { sumAll } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { farFromUniform } from '../evaluation/probeWeights'
import type { Parameters } from './model'
import { familyById } from './registry'
import { audioDomain } from './testSupport'

const STEPS = 40
const domain = { ...audioDomain(STEPS, PCM_LEVELS), encoding: 'linear' as const }
const family = familyById('wavenet')
const build = (config: object) => family.build(family.description.schema.parse({ stacks: 1, layersPerStack: 3, residual: 6, skip: 7, head: 8, output: 'mixture', components: 3, ...config }), domain, 0)

beforeAll(() => startEngine())

describe('WaveNet over 65,536 levels', () => {
  const model = build({})
  let parameters: Parameters
  beforeAll(() => void (parameters = farFromUniform(model, 4)))
  afterAll(() => tf.dispose(parameters))
  const count = 9

  it('has the same logits from the kernels, from the cache and from whole forward passes', async () => {
    const weights = await weightsOf({ model, parameters })
    const random = randomStream(3, 'levels')
    const x = Float32Array.from({ length: count * STEPS }, () => random.integer(PCM_LEVELS))
    const P = model.distribution.parametersPerDimension
    const forced = tf.tidy(() => model.conditionals(parameters, tf.tensor2d(x, [count, STEPS])).dataSync() as Float32Array)
    const plan = model.samplingPlan!(weights, STEPS)!
    for (const sampler of [model.sampler!(weights, count), steppedSampler(plan, count, STEPS, null, 1), steppedSampler(plan, count, STEPS, null, 8)]) {
      let worst = 0
      for (let step = 0; step < STEPS; step++) {
        const logits = sampler.logits(step)
        for (let at = 0; at < count * P; at++)
          worst = Math.max(worst, Math.abs(logits[at]! - forced[(Math.floor(at / P) * STEPS + step) * P + (at % P)]!))
        sampler.accept(step, Float32Array.from({ length: count }, (_value, sample) => x[sample * STEPS + step]!))
      }
      expect(worst).toBeLessThan(1e-4)
    }
  })

  it.each([1, 0.6])('the kernels draw exactly what the distribution draws from their logits, at temperature %f', async (temperature) => {
    const drawn = await drawSamples({ model, parameters, count, seed: 11, length: STEPS, temperature })
    expect(drawn).toMatchObject({ method: 'cached', means: null })
    expect(drawn.levels).toBeInstanceOf(Uint16Array)
    const plan = model.samplingPlan!(await weightsOf({ model, parameters }), STEPS)!
    const sampler = steppedSampler(plan, count, STEPS, null, 8)
    const uniforms = Array.from({ length: count }, (_value, sample) => randomStream(11, 'sample', sample))
    const P = model.distribution.parametersPerDimension
    const logProb = new Float64Array(count)
    for (let step = 0; step < STEPS; step++) {
      const logits = sampler.logits(step)
      const values = Float32Array.from({ length: count }, (_value, sample) => drawn.levels[sample * STEPS + step]!)
      values.forEach((value, sample) => {
        expect(value).toBe(model.distribution.sampleAt(logits, sample * P, uniforms[sample]!.uniform(), temperature))
        logProb[sample]! += model.distribution.logProbAt(logits, sample * P, value)
      })
      sampler.accept(step, values)
    }
    drawn.logProb.forEach((value, sample) => expect(Math.abs(value - logProb[sample]!)).toBeLessThan(1e-6 * Math.abs(value)))
    expect(new Set(drawn.levels).size).toBeGreaterThan(100)
  })

  it('keeps what is given, also beyond what 15 bits hold, and takes the mode at temperature 0', async () => {
    const given = new Int32Array(2 * STEPS).fill(-1)
    for (const sample of [0, 1]) given.set([65_535, 40_000, 0, 32_768], sample * STEPS)
    for (const temperature of [1, 0]) {
      const { levels } = await drawSamples({ model, parameters, count: 2, seed: 1, length: STEPS, given, temperature })
      expect([...levels.subarray(STEPS, STEPS + 4)]).toEqual([65_535, 40_000, 0, 32_768])
      if (temperature === 0) expect(levels.slice(0, STEPS)).toEqual(levels.slice(STEPS))
    }
  })
})

it('learns a synthetic sound below the histogram of its levels', () => {
  // Two partials and a little noise: its levels are spread over thousands, but each follows from those before.
  const random = randomStream(5, 'sound')
  const [clips, length] = [12, 160]
  const sound = Float32Array.from({ length: clips * length }, (_value, at) => {
    const t = at % length
    const phase = Math.floor(at / length) * 1.7
    return Math.round(32_768 + 2500 * Math.sin(0.11 * t + phase) + 700 * Math.sin(0.37 * t + 2 * phase) + 40 * random.normal())
  })
  const counts = new Map<number, number>()
  sound.forEach((level) => counts.set(level, (counts.get(level) ?? 0) + 1))
  const marginals = new Float32Array(PCM_LEVELS).fill(1 / (sound.length + PCM_LEVELS))
  counts.forEach((count, level) => (marginals[level] = (count + 1) / (sound.length + PCM_LEVELS)))
  // Smoothed by one, as the studio's is, and scored on what it was counted on.
  const histogram = -sound.reduce((sum, level) => sum + Math.log(marginals[level]!), 0) / sound.length

  const config = { stacks: 1, layersPerStack: 4, residual: 12, skip: 16, head: 16, output: 'mixture', components: 2 }
  const model = family.build(family.description.schema.parse(config), { ...domain, shape: [length] }, 0, { marginals })
  const start = farFromUniform(model, 1)
  const starting = randomStream(2, 'weights')
  const variables = model.parameters.map(({ name, shape, init }) => {
    start[name]!.dispose()
    const size = shape.reduce((product, side) => product * side, 1)
    const values =
      init.kind === 'values' ? init.values
      : init.kind === 'uniform' ? Float32Array.from({ length: size }, () => init.limit * (2 * starting.uniform() - 1))
      : init.kind === 'normal' ? starting.fillNormal(new Float32Array(size)).map((value) => value * init.standardDeviation)
      : new Float32Array(size)
    return tf.variable(tf.tensor(values, shape), true, `mixture/${name}`)
  })
  const named = Object.fromEntries(model.parameters.map(({ name }, index) => [name, variables[index]!]))
  const x = tf.tensor2d(sound, [clips, length])
  const loss = (): tf.Scalar => tf.div(tf.neg(sumAll(model.distribution.logProb(model.conditionals(named, x), x))), sound.length)
  const optimizer = tf.train.adam(1e-2)
  const first = tf.tidy(() => loss().dataSync()[0]!)
  for (let step = 0; step < 80; step++) optimizer.minimize(loss, false, variables)
  const last = tf.tidy(() => loss().dataSync()[0]!)
  tf.dispose([x, ...variables])
  optimizer.dispose()
  expect(last).toBeLessThan(first - 2)
  expect(last).toBeLessThan(histogram - 1)
})
