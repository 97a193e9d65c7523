import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { farFromUniform } from '../evaluation/probeWeights'
import type { Model } from '../models/model'
import { familyById } from '../models/registry'
import { audioDomain, imageDomain } from '../models/testSupport'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { drawSamples, weightsOf } from './ancestral'
import type { DrawOptions } from './ancestral'
import { steppedSampler } from '../kernels/steppedSampler'
import { drawWithKernels } from './kernelSampler'
import type { KernelDraw } from './kernelSampler'
import type { LevelArray } from '../../contract/levels'

type Subject = Pick<DrawOptions, 'model' | 'parameters'> & { parameters: Record<string, tf.Tensor> }

const made: Subject[] = []
function subject(id: string, config: Record<string, unknown>, domain: Domain, gain = 1.6): Subject {
  const family = familyById(id)
  const model = family.build(family.description.schema.parse(config), domain, 0)
  const built = { model, parameters: farFromUniform(model, 1, gain) }
  made.push(built)
  return built
}

beforeAll(async () => void (await startEngine()))
afterAll(() => made.forEach(({ parameters }) => tf.dispose(parameters)))

async function kernelDraw({ model, parameters }: Subject, steps: number, options: Partial<KernelDraw> = {}): Promise<KernelDraw> {
  const plan = model.samplingPlan!(await weightsOf({ model, parameters }), steps)!
  return { plan, count: 5, steps, seed: 2, temperature: 1, ordering: model.ordering, means: model.ordering !== null, condition: null, ...options }
}

/** Parameters of every conditional of drawn samples, by one forward pass. */
const conditionalsOf = (model: Model, parameters: Subject['parameters'], levels: ArrayLike<number>, count: number): Float32Array =>
  tf.tidy(() => model.conditionals(parameters, tf.tensor2d(Float32Array.from(levels), [count, levels.length / count])).dataSync() as Float32Array)

describe('at the size of real models', () => {
  const cases = [
    { family: 'fvsbn', config: {}, domain: imageDomain(28, 28), length: null },
    { family: 'nade', config: { hidden: 500 }, domain: imageDomain(28, 28), length: null },
    { family: 'made', config: { hidden: [500, 500] }, domain: imageDomain(28, 28), length: null },
    { family: 'pixelcnn', config: { blocks: 3 }, domain: imageDomain(28, 28), length: null },
    { family: 'pixelcnn', config: { blocks: 2, channels: 48, bottleneck: 30 }, domain: imageDomain(12, 10, 3, 256), length: null },
    { family: 'wavenet', config: { stacks: 2, layersPerStack: 8, residual: 32, skip: 64, head: 64 }, domain: audioDomain(1200), length: 1200 },
  ]
  it.each(cases)('$family draws what its conditionals say, value by value', async ({ family, config, domain, length }) => {
    const { model, parameters } = subject(family, config, domain, family === 'wavenet' ? 1.2 : 1.6)
    const count = 9
    const { levels, logProb, method } = await drawSamples({ model, parameters, count, seed: 4, length })
    expect(method).toBe('cached')
    const forced = conditionalsOf(model, parameters, levels, count)
    const P = model.distribution.parametersPerDimension
    const steps = levels.length / count
    let ties = 0
    for (let sample = 0; sample < count; sample++) {
      const uniforms = randomStream(4, 'sample', sample)
      let expected = 0
      for (let step = 0; step < steps; step++) {
        const at = sample * steps + (model.ordering ? model.ordering[step]! : step)
        const u = uniforms.uniform()
        expected += model.distribution.logProbAt(forced, at * P, levels[at]!)
        const [low, high] = [-1e-5, 1e-5].map((shift) => model.distribution.sampleAt(forced, at * P, Math.min(1 - 1e-12, Math.max(0, u + shift)), 1))
        expect(levels[at]).toBeGreaterThanOrEqual(low!)
        expect(levels[at]).toBeLessThanOrEqual(high!)
        if (low !== high) ties++
      }
      expect(Math.abs(logProb[sample]! - expected)).toBeLessThan(1e-6 * steps + 1e-3)
    }
    // Ties must be the exception, or nothing is proven.
    expect(ties).toBeLessThan(0.01 * levels.length)

    const sampler = steppedSampler(model.samplingPlan!(await weightsOf({ model, parameters }), steps)!, count, steps)
    let worst = 0
    for (let step = 0; step < steps; step++) {
      const dimension = model.ordering ? model.ordering[step]! : step
      const logits = sampler.logits(step)
      logits.forEach((value, index) => {
        const [sample, parameter] = [Math.floor(index / P), index % P]
        worst = Math.max(worst, Math.abs(value - forced[(sample * steps + dimension) * P + parameter]!))
      })
      sampler.accept(step, Float32Array.from({ length: count }, (_value, sample) => levels[sample * steps + dimension]!))
    }
    expect(worst).toBeLessThan(1e-4)
  })
})

describe('however the work is shared out', () => {
  it.each([
    ['fvsbn', {}, imageDomain(7, 9)],
    ['nade', { hidden: 21 }, imageDomain(9, 7)],
    ['made', { hidden: [30, 17] }, imageDomain(5, 6, 1, 4)],
    ['pixelcnn', { channels: 37, bottleneck: 19, blocks: 2, headChannels: 33 }, imageDomain(6, 5, 3, 4)],
    ['wavenet', { stacks: 1, layersPerStack: 4, residual: 9, skip: 30, head: 13 }, audioDomain(50, 70)],
  ] as const)('%s gives the same samples to the last bit', async (family, config, domain) => {
    const built = subject(family, config, domain)
    const steps = built.model.ordering?.length ?? 50
    const base = await kernelDraw(built, steps, { count: 19 })
    const reference = await drawWithKernels({ ...base, threads: 1, lanes: 1 })
    for (const [threads, lanes] of [[2, 1], [1, 8], [2, 8], [3, 8]] as const) expect(await drawWithKernels({ ...base, threads, lanes })).toEqual(reference)
    const few = await drawWithKernels({ ...base, count: 3, lanes: 8 })
    expect(few.levels).toEqual(reference.levels.slice(0, 3 * steps))
    expect(few.logProb).toEqual(reference.logProb.slice(0, 3))
  })
})

describe('temperature', () => {
  it.each([0, 0.3, 1.7, 1000])('%f as in JavaScript', async (temperature) => {
    for (const built of [subject('nade', { hidden: 20 }, imageDomain(6, 6)), subject('pixelcnn', { channels: 12, bottleneck: 8, blocks: 1 }, imageDomain(5, 5, 1, 7))]) {
      const request = { ...built, count: 10, seed: 11, temperature }
      const [kernels, javaScript] = [await drawSamples(request), await drawSamples({ ...request, kernels: false })]
      expect(Array.from(kernels.levels)).toEqual(Array.from(javaScript.levels))
      kernels.logProb.forEach((value, sample) => expect(value).toBeCloseTo(javaScript.logProb[sample]!, 3))
      kernels.means!.forEach((value, index) => expect(Math.abs(value - javaScript.means![index]!)).toBeLessThanOrEqual(1))
    }
  })

  it('1000 makes all levels about as likely', async () => {
    const { levels } = await drawSamples({ ...subject('made', { hidden: [20] }, imageDomain(10, 10, 1, 4)), count: 40, seed: 1, temperature: 1000 })
    const counts = [0, 1, 2, 3].map((level) => levels.filter((value) => value === level).length)
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130)
  })
})

describe('extreme weights', () => {
  const scaled = (built: Subject, factors: Record<string, number>): void => {
    for (const [name, factor] of Object.entries(factors)) {
      const before = built.parameters[name]!
      built.parameters[name] = tf.tidy(() => tf.mul(before, factor))
      tf.dispose(before)
    }
  }

  it.each([
    // Sums beyond ±87, where a product of exponentials has left float32 and must have been given up: σ would stick at 0 or 1.
    ['sums that no exponential holds', { W: 40, V: 1 }],
    // Single weights so large that products are not even begun.
    ['single weights beyond that', { W: 400, V: 1 }],
    ['starts beyond that', { c: 800, V: 1 }],
  ])('of a NADE: %s', async (_title, factors) => {
    const built = subject('nade', { hidden: 24 }, imageDomain(20, 20))
    scaled(built, factors)
    const { model, parameters } = built
    const { levels } = await drawSamples({ ...built, count: 8, seed: 3 })
    expect(Array.from(levels)).toEqual(Array.from((await drawSamples({ ...built, count: 8, seed: 3, kernels: false })).levels))
    const forced = conditionalsOf(model, parameters, levels, 8)
    const sampler = steppedSampler(model.samplingPlan!(await weightsOf(built), 400)!, 8, 400)
    for (let step = 0; step < 400; step++) {
      sampler.logits(step).forEach((value, sample) => expect(Math.abs(value - forced[sample * 400 + step]!)).toBeLessThan(2e-4))
      sampler.accept(step, Float32Array.from({ length: 8 }, (_value, sample) => levels[sample * 400 + step]!))
    }
  })

  it('certain values have log-probabilities without overflow', async () => {
    const built = subject('pixelcnn', { channels: 8, bottleneck: 6, blocks: 1 }, imageDomain(6, 6, 1, 4))
    scaled(built, { 'blocks.4.weight': 3000 })
    const request = { ...built, count: 4, seed: 1 }
    const [kernels, javaScript] = [await drawSamples(request), await drawSamples({ ...request, kernels: false })]
    expect(Array.from(kernels.levels)).toEqual(Array.from(javaScript.levels))
    // A given path that the model holds impossible: thousands of nats, exactly.
    const draw = await kernelDraw(built, 36, { count: 4, given: new Int32Array(4 * 36).fill(2) })
    const { logProb, levels } = await drawWithKernels(draw)
    expect(levels.every((level) => level === 2)).toBe(true)
    const forced = conditionalsOf(built.model, built.parameters, levels, 4)
    const expected = Array.from({ length: 36 }, (_value, at) => built.model.distribution.logProbAt(forced, at * 4, 2)).reduce((sum, value) => sum + value, 0)
    expect(expected).toBeLessThan(-1000)
    expect(logProb[0]! / expected).toBeCloseTo(1, 4)
  })

  it('weights that are not numbers end in levels all the same', async () => {
    for (const built of [subject('nade', { hidden: 9 }, imageDomain(4, 4)), subject('wavenet', { stacks: 1, layersPerStack: 2, residual: 4, skip: 4, head: 4 }, audioDomain(20, 16))]) {
      scaled(built, Object.fromEntries(Object.keys(built.parameters).map((name) => [name, NaN])))
      const { levels, logProb } = await drawSamples({ ...built, count: 3, seed: 1, length: 20 })
      expect(levels.every((level) => level < built.model.distribution.levels)).toBe(true)
      expect(logProb.every(Number.isNaN)).toBe(true)
    }
  })
})

describe('long work', () => {
  const long = (): Promise<KernelDraw> => kernelDraw(subject('wavenet', { stacks: 2, layersPerStack: 8, residual: 32, skip: 64, head: 64 }, audioDomain(16_000)), 400_000, { count: 64 })

  it('stops when asked to, and the threads are free for the next', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const endless = drawWithKernels({
      ...(await long()),
      signal: controller.signal,
      onProgress(done) {
        seen.push(done)
        controller.abort(new Error('enough'))
      },
    })
    await expect(endless).rejects.toThrow('enough')
    expect(seen[0]).toBeLessThan(64 * 400_000)
    const { levels } = await drawSamples({ ...subject('nade', { hidden: 5 }, imageDomain(2, 2)), count: 2, seed: 1 })
    expect(levels).toHaveLength(8)
  })

  it('tells how far it is', async () => {
    const steps: Array<[number, number]> = []
    const draw = await long()
    await drawWithKernels({ ...draw, count: 10, steps: 3000, onProgress: (done, total) => steps.push([done, total]) })
    expect(steps.at(-1)).toEqual([30_000, 30_000])
    expect(steps.length).toBeGreaterThan(1)
    expect(steps.every(([done], index) => index === 0 || done >= steps[index - 1]![0])).toBe(true)
  })

  it('of several jobs at once gives each its own samples', async () => {
    const first = await kernelDraw(subject('nade', { hidden: 40 }, imageDomain(12, 12)), 144, { count: 40 })
    const second = await kernelDraw(subject('pixelcnn', { channels: 12, bottleneck: 8, blocks: 1 }, imageDomain(6, 6)), 36, { count: 40 })
    const alone = [await drawWithKernels(first), await drawWithKernels(second)]
    expect(await Promise.all([drawWithKernels(first), drawWithKernels(second)])).toEqual(alone)
  })
})

it('says when a plan is too short, or memory too small', async () => {
  const draw = await kernelDraw(subject('nade', { hidden: 5 }, imageDomain(2, 2)), 4)
  await expect(drawWithKernels({ ...draw, steps: 5 })).rejects.toThrow(/made for 4 steps, not 5/)
  await expect(drawWithKernels({ ...draw, count: 2 ** 31 })).rejects.toThrow(/4 GB/)
})

describe('one job after another', () => {
  it('draws the same whether the constants of an earlier job lie in place or not', async () => {
    const [first, second] = [subject('nade', { hidden: 40 }, imageDomain(8, 8)), subject('nade', { hidden: 40 }, imageDomain(8, 8), 2.5)]
    const freshly = async (of: Subject, seed: number): Promise<LevelArray> => (await drawWithKernels({ ...(await kernelDraw(of, 64)), seed })).levels
    const [one, two] = [await kernelDraw(first, 64), await kernelDraw(second, 64)]
    for (const [draw, of, seed] of [[one, first, 1], [one, first, 2], [two, second, 2], [two, second, 3], [one, first, 3]] as const) {
      const { levels } = await drawWithKernels({ ...draw, seed })
      // Drawn before its own fresh plan takes the memory over.
      expect(levels).toEqual(await freshly(of, seed))
      expect((await drawWithKernels({ ...draw, seed })).levels).toEqual(levels)
      expect((await drawWithKernels({ ...draw, seed })).levels).toEqual(levels)
    }
  })
})
