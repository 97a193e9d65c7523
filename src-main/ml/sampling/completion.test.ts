import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { farFromUniform } from '../evaluation/probeWeights'
import { agreement } from '../models/chiSquare'
import { everyExample, logProbOf } from '../models/exactness'
import type { Model } from '../models/model'
import { familyById } from '../models/registry'
import { audioDomain, imageDomain, tableDomain } from '../models/testSupport'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { drawSamples } from './ancestral'
import { completionOf, givenLevels } from './completion'
import type { LevelArray } from '../../contract/levels'

interface Subject {
  model: Model
  domain: Domain
  parameters: Record<string, tf.Tensor>
}

const made: Subject[] = []
function subject(id: string, config: Record<string, unknown>, domain: Domain): Subject {
  const family = familyById(id)
  const model = family.build(family.description.schema.parse(config), domain, 0)
  const built = { model, domain, parameters: farFromUniform(model, 3, 1.5) }
  made.push(built)
  return built
}

beforeAll(async () => void (await startEngine()))
afterAll(() => made.forEach(({ parameters }) => tf.dispose(parameters)))

/** Every state that agrees with what is observed, and p(state | observed) in the order of everyExample. */
function conditionalStates({ domain, parameters }: Subject, model: Model, example: Uint8Array, unknown: Uint8Array): { states: Uint8Array[]; logProb: Float64Array } {
  const size = dimensionsOf(domain)
  const all = everyExample(domain)
  const joint = logProbOf({ model, domain, parameters }, all)
  const states: Uint8Array[] = []
  const kept: number[] = []
  for (let state = 0; state < joint.length; state++) {
    const levels = Uint8Array.from(all.subarray(state * size, (state + 1) * size))
    if (!levels.every((level, dimension) => unknown[dimension] === 1 || level === example[dimension])) continue
    states.push(levels)
    kept.push(joint[state]!)
  }
  const total = Math.log(kept.reduce((sum, value) => sum + Math.exp(value), 0))
  return { states, logProb: Float64Array.from(kept, (value) => value - total) }
}

/** What of `levels` [count × D] falls on each state. */
function countsOf(levels: LevelArray, states: readonly Uint8Array[]): Float64Array {
  const place = new Map(states.map((state, index) => [state.join(), index]))
  const size = states[0]!.length
  const counts = new Float64Array(states.length)
  for (let at = 0; at < levels.length; at += size) counts[place.get(levels.subarray(at, at + size).join())!]!++
  return counts
}

const COUNT = 20_000
const image = imageDomain(2, 4)
/** Observed: the first `count` dimensions of an ordering. */
function prefixOf({ model, domain }: Subject, count: number): Uint8Array {
  const unknown = new Uint8Array(dimensionsOf(domain)).fill(1)
  for (let step = 0; step < count; step++) unknown[model.ordering?.[step] ?? step] = 0
  return unknown
}

describe('completions of what the ordering begins with are draws from p(unknown | observed)', () => {
  const cases = [
    { family: 'nade', config: { hidden: 8, ordering: 'random' }, domain: image, kept: 3, kernels: true },
    { family: 'made', config: { hidden: [16], ordering: 'reverse' }, domain: imageDomain(2, 2, 1, 3), kept: 2, kernels: true },
    { family: 'made', config: { hidden: [16] }, domain: tableDomain(7), kept: 4, kernels: false },
    { family: 'pixelcnn', config: { blocks: 1, channels: 8 }, domain: image, kept: 4, kernels: true },
    { family: 'pixelcnn', config: { blocks: 1, channels: 9 }, domain: imageDomain(1, 2, 3, 3), kept: 3, kernels: true },
    { family: 'wavenet', config: { stacks: 1, layersPerStack: 2, residual: 8, skip: 8, head: 8 }, domain: audioDomain(4, 4), kept: 2, kernels: true },
  ]
  it.each(cases)('$family, $kept of them kept (kernels $kernels)', async ({ family, config, domain, kept, kernels }) => {
    const built = subject(family, config, domain)
    const size = dimensionsOf(domain)
    const unknown = prefixOf(built, kept)
    const example = Uint8Array.from({ length: size }, (_value, dimension) => (dimension * 5 + 1) % domain.levels)
    const { model, exact, why } = completionOf(built.model, unknown)
    expect({ exact, why }).toEqual({ exact: true, why: expect.stringContaining('p(unknown | observed) exactly') as string })
    const given = givenLevels(example, unknown, COUNT)
    const drawn = await drawSamples({ model, parameters: built.parameters, count: COUNT, seed: 6, given, kernels, length: size, batchSize: kernels ? 32 : 4000 })
    const { states, logProb } = conditionalStates(built, model, example, unknown)
    const counts = countsOf(drawn.levels, states)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(COUNT)
    expect(agreement(logProb.map(Math.exp), counts)).toBeGreaterThan(1e-3)
    // log p(unknown | observed) of each is told with it.
    const place = new Map(states.map((state, index) => [state.join(), index]))
    for (let sample = 0; sample < 50; sample++)
      expect(drawn.logProb[sample]).toBeCloseTo(logProb[place.get(drawn.levels.subarray(sample * size, (sample + 1) * size).join())!]!, 3)
  })
})

describe('any mask', () => {
  /** Kept: here and there. */
  const unknown = Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 1)
  const example = Uint8Array.of(0, 1, 0, 0, 1, 0, 0, 0)

  it.each([
    { family: 'deepnade', config: { hidden: [24] } },
    { family: 'independent', config: {} },
    { family: 'made', config: { hidden: [24], masks: 3, orderAgnostic: true, direct: false } },
  ])('$family completes it exactly, what is kept first', async ({ family, config }) => {
    const built = subject(family, config, image)
    const { model, exact, why } = completionOf(built.model, unknown)
    expect({ exact, why }).toEqual({ exact: true, why: expect.stringContaining('order-agnostic') as string })
    expect([...model.ordering!.subarray(0, 3)].sort()).toEqual([1, 4, 6])
    const { levels } = await drawSamples({ model, parameters: built.parameters, count: COUNT, seed: 8, given: givenLevels(example, unknown, COUNT), batchSize: 4000 })
    const { states, logProb } = conditionalStates(built, model, example, unknown)
    expect(agreement(logProb.map(Math.exp), countsOf(levels, states))).toBeGreaterThan(1e-3)
  })

  it('is completed under an ordering that training drew, where one begins with it', () => {
    const { model } = subject('made', { hidden: [24], masks: 3, orderAgnostic: true, direct: false }, image)
    const known = model.members!.of(2)
    const found = completionOf(model, prefixOf({ ...made.at(-1)!, model: known }, 3))
    expect(found).toMatchObject({ exact: true, model: { ordering: known.ordering }, why: expect.stringContaining('that it was trained on') as string })
    expect(completionOf(model, unknown).why).toContain('Training drew from 3 orderings')
  })

  it('is completed by forward sampling in a fixed ordering, and labelled approximate', async () => {
    const built = subject('nade', { hidden: 8 }, image)
    const { model, exact, why } = completionOf(built.model, unknown)
    expect(model).toBe(built.model)
    expect({ exact, why }).toEqual({ exact: false, why: expect.stringMatching(/^Approximate: forward sampling.* 3 of the 3 kept dimensions come after/) as string })
    const given = givenLevels(example, unknown, COUNT)
    const { levels } = await drawSamples({ model, parameters: built.parameters, count: COUNT, seed: 8, given })
    const { states, logProb } = conditionalStates(built, model, example, unknown)
    const counts = countsOf(levels, states)
    // Each unknown dimension is drawn from its conditional given what came before it; that is not p(unknown | observed).
    const forward = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(states.flatMap((state) => [...state])), [states.length, 8])
      const perDimension = model.distribution.logProb(model.conditionals(built.parameters, x), x)
      return tf.sum(tf.mul(perDimension, tf.tensor1d(Float32Array.from(unknown))), 1).exp().dataSync() as Float32Array
    })
    expect(agreement(forward, counts)).toBeGreaterThan(1e-3)
    expect(agreement(logProb.map(Math.exp), counts)).toBeLessThan(1e-6)
  })

  it('tells a density approximate, and keeps the levels', async () => {
    const built = subject('rnade', { hidden: 6 }, tableDomain(4, 16))
    const some = Uint8Array.of(0, 0, 1, 1)
    const { model, exact, why } = completionOf(built.model, some)
    expect({ exact, why }).toEqual({ exact: false, why: expect.stringContaining('density') as string })
    const { levels } = await drawSamples({ model, parameters: built.parameters, count: 64, seed: 8, given: givenLevels(Uint8Array.of(3, 15, 0, 0), some, 64) })
    for (let sample = 0; sample < 64; sample++) expect([...levels.subarray(sample * 4, sample * 4 + 2)]).toEqual([3, 15])
    expect(new Set(levels).size).toBeGreaterThan(4)
  })

  it('refuses a mask that leaves nothing to do, and one of another size', () => {
    const { model } = subject('nade', { hidden: 4 }, image)
    expect(() => completionOf(model, new Uint8Array(8))).toThrow('nothing to fill in')
    expect(() => completionOf(model, new Uint8Array(9).fill(1))).toThrow('9 dimensions')
    expect(completionOf(model, new Uint8Array(8).fill(1))).toMatchObject({ exact: true })
  })
})

describe('the same random numbers', () => {
  const domain = imageDomain(4, 4)
  const unknown = Uint8Array.from({ length: 16 }, (_value, pixel) => Number(pixel % 3 !== 1))
  const examples = Uint8Array.from({ length: 48 }, (_value, at) => Number(at % 5 < 2))
  it.each([
    { family: 'nade', config: { hidden: 8 } },
    { family: 'pixelcnn', config: { blocks: 1, channels: 8 } },
    { family: 'transformer', config: {} },
  ])('$family: kernels, JavaScript and whole forward passes make the same completions', async ({ family, config }) => {
    const { model, parameters } = subject(family, config, domain)
    const options = { model, parameters, count: 12, seed: 5, given: givenLevels(examples, unknown, 4) }
    const [kernels, plain, naive] = [await drawSamples(options), await drawSamples({ ...options, kernels: false }), await drawSamples({ ...options, naive: true })]
    expect(plain.levels).toEqual(kernels.levels)
    expect(naive.levels).toEqual(kernels.levels)
    naive.logProb.forEach((value, sample) => expect(kernels.logProb[sample]).toBeCloseTo(value, 3))
    kernels.levels.forEach((level, at) => {
      if (!unknown[at % 16]) expect(level).toBe(examples[Math.floor(at / 64) * 16 + (at % 16)])
    })
    // The four completions of an example differ.
    expect(new Set(Array.from({ length: 4 }, (_value, draw) => kernels.levels.subarray(draw * 16, (draw + 1) * 16).join())).size).toBeGreaterThan(1)
  })

  it('refuses levels that the model does not have, and another number of them', async () => {
    const { model, parameters } = subject('nade', { hidden: 4 }, domain)
    await expect(drawSamples({ model, parameters, count: 1, seed: 0, given: new Int32Array(16).fill(2) })).rejects.toThrow('A given value is 2')
    await expect(drawSamples({ model, parameters, count: 2, seed: 0, given: new Int32Array(16) })).rejects.toThrow('16 given values do not fit 32')
  })
})
