import { expect, test } from 'vitest'
import type { Domain } from '../contract/domain'
import { exactnessWords } from '../contract/likelihood'
import { likelihoodOf } from './likelihood'

const image: Domain = { kind: 'image', shape: [2, 2, 1], levels: 2, variableLength: false, encoding: 'linear' }
const audio: Domain = { kind: 'audio', shape: [400], levels: 256, variableLength: true, encoding: 'mu-law', sampleRate: 8000 }
const settings = { split: 'test', weights: 'ema', dataVariant: 'as given' } as const

test('images: mean over examples with its standard error', () => {
  const likelihood = likelihoodOf({ nats: [1, 2, 3, 6], dimensions: [4, 4, 4, 4] }, { domain: image, ...settings })
  // Variance with n − 1: (4 + 1 + 0 + 9) / 3 = 14 / 3; standard error √(14 / 3 / 4).
  expect(likelihood).toMatchObject({
    nats: 3,
    unit: 'nats/example',
    examples: 4,
    dimensions: 16,
    exact: true,
    weights: 'ema',
    dataVariant: 'as given',
  })
  expect(likelihood.standardError).toBeCloseTo(Math.sqrt(14 / 12), 12)
  expect(likelihood.bitsPerDim).toBeCloseTo(3 / 4 / Math.LN2, 12)
})

test('a bound is labelled as one, with its draws', () => {
  const scored = { nats: [1, 2], dimensions: [4, 4] }
  expect(likelihoodOf({ ...scored, draws: 4 }, { domain: image, ...settings })).toMatchObject({ exact: false, draws: 4, nats: 1.5 })
  expect(likelihoodOf({ ...scored, draws: null }, { domain: image, ...settings })).not.toHaveProperty('draws')
})

test('a bound of a model with latents says how many draws it weighs and how much chance is in it', () => {
  const scored = { nats: [10, 20], dimensions: [4, 16], draws: 4, latents: { samples: 8, variance: 0.04 } }
  const likelihood = likelihoodOf(scored, { domain: image, ...settings })
  expect(likelihood).toMatchObject({ exact: false, draws: 4, latents: { samples: 8 } })
  expect(likelihood.latents!.standardError).toBeCloseTo(0.1, 12)
  expect(likelihoodOf(scored, { domain: audio, ...settings }).latents!.standardError).toBeCloseTo(0.01, 12)
  expect(exactnessWords(likelihood)).toBe('upper bound (importance-weighted, K = 8 draws of the latents, mean of 4 such; Monte-Carlo error 0.10)')
})

test('audio: per sample, long clips weigh more, and the error is that of the ratio', () => {
  const likelihood = likelihoodOf({ nats: [300, 100], dimensions: [100, 50] }, { domain: audio, ...settings })
  const ratio = 400 / 150
  expect(likelihood.unit).toBe('nats/sample')
  expect(likelihood.nats).toBeCloseTo(ratio, 12)
  expect(likelihood.standardError).toBeCloseTo(Math.sqrt(2 * ((300 - 100 * ratio) ** 2 + (100 - 50 * ratio) ** 2)) / 150, 12)
})

test('the standard error agrees with resampling', () => {
  let state = 1
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  const clips = Array.from({ length: 400 }, () => {
    const dimensions = 50 + Math.floor(random() * 300)
    return { dimensions, nats: dimensions * (2 + 0.5 * (random() - 0.5)) + 40 * (random() - 0.5) }
  })
  const ratioOf = (chosen: typeof clips): number =>
    likelihoodOf(
      { nats: chosen.map((clip) => clip.nats), dimensions: chosen.map((clip) => clip.dimensions) },
      { domain: audio, ...settings },
    ).nats
  const resampled = Array.from({ length: 800 }, () => ratioOf(clips.map(() => clips[Math.floor(random() * clips.length)]!)))
  const mean = resampled.reduce((total, value) => total + value, 0) / resampled.length
  const deviation = Math.sqrt(resampled.reduce((total, value) => total + (value - mean) ** 2, 0) / (resampled.length - 1))
  const { standardError } = likelihoodOf(
    { nats: clips.map((clip) => clip.nats), dimensions: clips.map((clip) => clip.dimensions) },
    { domain: audio, ...settings },
  )
  expect(standardError / deviation).toBeGreaterThan(0.85)
  expect(standardError / deviation).toBeLessThan(1.15)
})

test('a single example has no spread', () => {
  expect(likelihoodOf({ nats: [5], dimensions: [4] }, { domain: image, ...settings }).standardError).toBe(0)
})

test('tiny binary data has its divergence beside the NLL, and an ensemble says of how many, and how good they are alone', () => {
  const scored = { nats: [2, 3], dimensions: [4, 4], states: { entropy: 2.25, totalProbability: 1 }, members: { nats: [2.5, 3.5], each: [2.75, 3.25] }, subset: { of: 9, by: 'class', seed: 0 } as const }
  expect(likelihoodOf(scored, { domain: image, ...settings })).toMatchObject({
    nats: 2.5,
    divergence: { nats: 0.25, dataEntropy: 2.25, totalProbability: 1 },
    members: 2,
    overMembers: { nats: 3, bitsPerDim: 3 / 4 / Math.LN2, standardError: 0.5, each: [2.75, 3.25] },
    subset: { of: 9, by: 'class', seed: 0 },
  })
  expect(likelihoodOf({ nats: [1], dimensions: [4], states: null }, { domain: image, ...settings })).not.toHaveProperty('divergence')
})
