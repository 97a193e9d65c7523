import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { createScorer } from '../evaluation/scorer'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { everyExample, logProbOf } from './exactness'
import type { Model } from './model'
import { familyById } from './registry'
import { audioDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())
const now = (): Promise<void> => Promise.resolve()

function built(config: Record<string, unknown>, domain: Domain): Model {
  const { description, build } = familyById('ngram')
  return build(description.schema.parse(config), domain, 0)
}

async function fit(model: Model, clips: readonly Float32Array[], rows = 1) {
  const fitter = model.fitter!({ marginals: new Float32Array(0) })
  for (const clip of clips) fitter.add(clip, rows)
  return { weights: await fitter.finish(now), chosen: fitter.chosen! }
}

const tensorsOf = (model: Model, weights: Record<string, Float32Array>): Record<string, tf.Tensor> =>
  Object.fromEntries(model.parameters.map(({ name, shape }) => [name, tf.tensor(weights[name]!, shape)]))

/** p(v | everything before) of each position by the cached sampler, fed with the clip: [T][K]. */
function predictions(model: Model, weights: Record<string, Float32Array>, clip: ArrayLike<number>, levels: number): number[][] {
  const sampler = model.sampler!(new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: weights[name]! }])), 1)
  return Array.from({ length: clip.length }, (_value, step) => {
    const logits = sampler.logits(step)
    const p = levels === 2 ? [1 / (1 + Math.exp(logits[0]!)), 1 / (1 + Math.exp(-logits[0]!))] : Array.from(logits, Math.exp)
    sampler.accept(step, Float32Array.of(clip[step]!))
    return p
  })
}

type Smoothing = 'absolute' | 'kneser-ney' | 'additive'

/** The definition, from a list of all n-grams: nothing shared, nothing sorted. */
function byDefinition(clips: readonly ArrayLike<number>[], K: number, n: number, smoothing: Smoothing, amount: number) {
  const START = -1
  const context = (clip: ArrayLike<number>, t: number, length: number): string | null => {
    const values: number[] = []
    for (let back = 1; back <= length; back++) {
      if (t - back < -1) return null
      values.push(t - back === -1 ? START : clip[t - back]!)
    }
    return values.join()
  }
  const followed = (of: string, length: number): Map<number, number> => {
    const counts = new Map<number, number>()
    for (const clip of clips) for (let t = 0; t < clip.length; t++) if (context(clip, t, length) === of) counts.set(clip[t]!, (counts.get(clip[t]!) ?? 0) + 1)
    if (smoothing !== 'kneser-ney' || length === n - 1 || of.endsWith(String(START))) return counts
    for (const level of counts.keys()) {
      const longer = new Set<string>()
      for (const clip of clips)
        for (let t = 0; t < clip.length; t++) if (clip[t] === level && context(clip, t, length) === of && context(clip, t, length + 1) !== null) longer.add(context(clip, t, length + 1)!)
      counts.set(level, longer.size)
    }
    return counts
  }
  return (clip: ArrayLike<number>, t: number, level: number): number => {
    let p = 1 / K
    for (let length = 0; length < n; length++) {
      const of = context(clip, t, length)
      if (of === null) break
      const counts = followed(of, length)
      if (counts.size === 0) break
      const total = [...counts.values()].reduce((sum, value) => sum + value, 0)
      const own = counts.get(level) ?? 0
      p = smoothing === 'additive' ? (own + amount * K * p) / (total + amount * K) : Math.max(own - amount, 0) / total + ((amount * counts.size) / total) * p
    }
    return p
  }
}

function clipsOf(count: number, length: number, K: number): Float32Array[] {
  const random = randomStream(8, 'ngram')
  return Array.from({ length: count }, () => {
    const clip = new Float32Array(length)
    clip.forEach((_value, t) => {
      const back = t % 3
      clip[t] = t > back && random.uniform() < 0.7 ? (clip[t - 1 - back]! + 1) % K : random.integer(K)
    })
    return clip
  })
}

describe('the n-gram', () => {
  it.each<[Smoothing, Record<string, unknown>, number]>([
    ['absolute', { discount: 0.6 }, 0.6],
    ['kneser-ney', { discount: 0.6 }, 0.6],
    ['additive', { prior: 0.3 }, 0.3],
  ])('is what its definition says: %s', async (smoothing, settings, amount) => {
    const K = 4
    const clips = clipsOf(3, 40, K)
    const model = built({ n: 4, smoothing, ...settings }, audioDomain(40, K))
    const { weights } = await fit(model, clips)
    const defined = byDefinition(clips, K, 4, smoothing, amount)
    for (const clip of [clips[1]!, Float32Array.of(3, 3, 0, 2, 1, 1, 3, 0)])
      predictions(model, weights, clip, K).forEach((p, t) => p.forEach((value, level) => expect(Math.abs(value - defined(clip, t, level))).toBeLessThan(2e-6)))
  })

  it.each([2, 5])('looks up one value as it looks up all, eagerly and compiled: %i levels', async (K) => {
    const clips = clipsOf(6, 50, K)
    const model = built({ n: 3 }, audioDomain(50, K))
    const { weights } = await fit(model, clips)
    const expected = clips.map((clip) => predictions(model, weights, clip, K).map((p, t) => Math.log(p[clip[t]!]!)))
    const x = Float32Array.from(clips.flatMap((clip) => [...clip]))
    const scorer = createScorer(model, new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: weights[name]! }])), [6, 50])
    try {
      tf.tidy(() => {
        const levels = tf.tensor2d(x, [6, 50])
        const parameters = tensorsOf(model, weights)
        const ways = [model.logProbPerDimension!(parameters, levels), model.distribution.logProb(model.conditionals(parameters, levels), levels), scorer.logProb(levels)]
        for (const way of ways) way.dataSync().forEach((value, at) => expect(Math.abs(value - expected[Math.floor(at / 50)]![at % 50]!)).toBeLessThan(1e-4))
      })
    } finally {
      scorer.dispose()
    }
  })

  it('with little room keeps the most frequent contexts, and is still a distribution', async () => {
    const K = 16
    const clips = clipsOf(8, 4000, K)
    const [full, small] = [built({ n: 4 }, audioDomain(4000, K)), built({ n: 4, kept: 1024 }, audioDomain(4000, K))]
    const [all, some] = [await fit(full, clips), await fit(small, clips)]
    expect(some.chosen.contexts).toBeLessThan(all.chosen.contexts!)
    expect(some.chosen.entries).toBeLessThanOrEqual(1024)
    for (const p of predictions(small, some.weights, clips[0]!.subarray(0, 100), K)) expect(p.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
  })

  it('sums to one over all rows of a table, in the order of a curve', async () => {
    const domain = tableDomain(5, 3)
    const model = built({ n: 3, ordering: 'reverse' }, domain)
    const random = randomStream(2, 'rows')
    const { weights } = await fit(model, [Float32Array.from({ length: 60 * 5 }, (_value, at) => (at % 2 ? random.integer(3) : 1))], 60)
    const total = tf.tidy(() => logProbOf({ model, domain, parameters: tensorsOf(model, weights) }, everyExample(domain)).reduce((sum, value) => sum + Math.exp(value), 0))
    expect(total).toBeCloseTo(1, 4)
  })
})
