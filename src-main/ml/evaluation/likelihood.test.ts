import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { fixCondition } from '../models/fixCondition'
import { familyById } from '../models/registry'
import type { Model } from '../models/model'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { ExampleSource } from './exampleSource'
import { exactNll, nllBatchShape, summarizeNll } from './likelihood'
import type { ExactNll, NllOptions } from './likelihood'
import { createScorer, eagerScorer } from './scorer'

const binary: Domain = { kind: 'image', shape: [3, 3, 1], levels: 2, variableLength: false, encoding: 'linear' }
const audio: Domain = { kind: 'audio', shape: [300], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' }

beforeAll(async () => {
  await startEngine()
})

async function scored(model: Model, options: NllOptions, compiled = true): Promise<ExactNll> {
  const weights = weightsOf(model)
  const scorer = compiled ? createScorer(model, weights, nllBatchShape(options)) : eagerScorer(model, weights)
  const scoring = exactNll(scorer.logProb, options)
  let result = await scoring.next()
  while (!result.done) result = await scoring.next()
  scorer.dispose()
  return result.value
}

/** Weights far from the start, so that every conditional matters. */
function weightsOf(model: Model) {
  const values = initialParameters(model.parameters, 7)
  return new Map(model.parameters.map(({ name, shape }) => {
    const noise = randomStream(7, name).fillNormal(new Float32Array(values[name]!.length))
    return [name, { shape, data: values[name]!.map((value, index) => value + 0.5 * noise[index]!) }]
  }))
}

const made = familyById('made')

describe('images', () => {
  const model = made.build(made.description.schema.parse({ hidden: [8], direct: true }), binary, 0)
  const every: ExampleSource = {
    count: 512,
    lengthOf: () => 9,
    totalDimensions: 512 * 9,
    read: async (indices) => Float32Array.from(Array.from(indices).flatMap((index) => Array.from({ length: 9 }, (_value, bit) => (index >> bit) & 1))),
    readWindow: () => Promise.reject(new Error('not a sequence')),
    labelsOf: async () => null,
  }

  it('have probabilities that sum to 1, whatever the batch size, compiled or not', async () => {
    const before = tf.memory().numTensors
    const runs = [
      await scored(model, { domain: binary, source: every, batchSize: 512 }),
      await scored(model, { domain: binary, source: every, batchSize: 100 }),
      await scored(model, { domain: binary, source: every, batchSize: 100 }, false),
    ]
    for (const { nats, dimensions } of runs) {
      expect(nats.reduce((sum, value) => sum + Math.exp(-value), 0)).toBeCloseTo(1, 5)
      expect(new Set(dimensions)).toEqual(new Set([9]))
      nats.forEach((value, index) => expect(Math.abs(value - runs[0]!.nats[index]!)).toBeLessThan(1e-5))
    }
    const some = await scored(model, { domain: binary, source: every, batchSize: 7, indices: [500, 3, 8] })
    expect([...some.nats].map((value) => value.toFixed(5))).toEqual([500, 3, 8].map((index) => runs[0]!.nats[index]!.toFixed(5)))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('clips', () => {
  const { description, build } = familyById('wavenet')
  const model = build(description.schema.parse({ stacks: 2, layersPerStack: 3, residual: 6, skip: 8, head: 8 }), audio, 0)
  const lengths = [300, 5, 120, 61]
  const levels = lengths.map((length, clip) => randomStream(1, 'clip', clip).fillUniform(new Float32Array(length)).map((value) => Math.floor(256 * value)))
  const source: ExampleSource = {
    count: 4,
    lengthOf: (clip) => lengths[clip]!,
    totalDimensions: 486,
    read: () => Promise.reject(new Error('a sequence')),
    readWindow: async (clip, start, length) => Float32Array.from({ length }, (_value, offset) => levels[clip]![start + offset] ?? 0),
    labelsOf: async () => null,
  }

  it.each([1, 13, 64, 1000])('have the exact likelihood of the whole clip in windows of %i samples', async (windowSamples) => {
    const whole = eagerScorer(model, weightsOf(model))
    const expected = levels.map((clip) => tf.tidy(() => -tf.sum(whole.logProb(tf.tensor2d(clip, [1, clip.length]))).dataSync()[0]!))
    whole.dispose()
    const { nats, dimensions } = await scored(model, { domain: audio, source, batchSize: 3, context: model.receptiveField!, windowSamples })
    expect([...dimensions]).toEqual(lengths)
    expected.forEach((value, clip) => expect(Math.abs(nats[clip]! / value - 1)).toBeLessThan(1e-5))
  })

  it('of a model that is told their class have the likelihood of each under its own class', async () => {
    const conditional = build(description.schema.parse({ stacks: 1, layersPerStack: 3, residual: 6, skip: 8, head: 8, condition: 'class' }), { ...audio, classes: 3 }, 0)
    const labels = [2, 0, 1, 2]
    const labelled: ExampleSource = { ...source, labelsOf: async (indices) => Int32Array.from(indices, (clip) => labels[clip]!) }
    const options = { domain: audio, source: labelled, batchSize: 3, context: conditional.receptiveField!, windowSamples: 64 }
    const { nats } = await scored(conditional, { ...options, conditioning: conditional.conditioning })
    for (const [clip, label] of labels.entries()) {
      const under = async (given: number): Promise<number> => (await scored(fixCondition(conditional, Float32Array.of(given)), options, false)).nats[clip]!
      expect(Math.abs(nats[clip]! / (await under(label)) - 1)).toBeLessThan(1e-5)
      expect(Math.abs(nats[clip]! / (await under((label + 1) % 3)) - 1)).toBeGreaterThan(1e-4)
    }
  })

  it.each(['repeat', 'linear'])('of a model that is told their features have the likelihood of the whole clip under its own, in windows that begin with a frame (%s)', async (upsampling) => {
    const [size, hop] = [2, 7]
    const features = { size, hop, mean: [1, -1], deviation: [2, 0.5] }
    const config = description.schema.parse({ stacks: 1, layersPerStack: 3, residual: 6, skip: 8, head: 8, condition: 'features', upsampling })
    const conditional = build(config, { ...audio, features }, 0)
    // Frame f of clip c, as it is stored; the last one goes on.
    const stored = (clip: number, frame: number): number[] => {
      const at = Math.min(frame, Math.ceil(lengths[clip]! / hop) - 1)
      return [1 + 2 * Math.sin(at + clip), -1 + 0.5 * Math.cos(2 * at - clip)]
    }
    const featuresOf = async (clip: number, first: number, count: number): Promise<Float32Array> =>
      Float32Array.from(Array.from({ length: count }, (_value, frame) => stored(clip, first + frame)).flat())
    const beside: ExampleSource = { ...source, featuresOf }
    const options = { domain: audio, source: beside, batchSize: 3, context: conditional.receptiveField!, windowSamples: 16, conditioning: conditional.conditioning }
    const { nats } = await scored(conditional, options)
    const whole = eagerScorer(conditional, weightsOf(conditional))
    levels.forEach((clip, index) => {
      const frames = Array.from({ length: Math.ceil(clip.length / hop) + 1 }, (_value, frame) => stored(index, frame).map((value, at) => (value - features.mean[at]!) / features.deviation[at]!))
      const under = (given: number[][]): number => tf.tidy(() => -tf.sum(whole.logProb(tf.tensor2d(clip, [1, clip.length]), tf.tensor3d([given]))).dataSync()[0]!)
      expect(Math.abs(nats[index]! / under(frames) - 1)).toBeLessThan(1e-5)
      expect(Math.abs(nats[index]! / under(frames.map((frame) => frame.map((value) => value + 1))) - 1)).toBeGreaterThan(1e-4)
    })
    whole.dispose()
    await expect(scored(conditional, { ...options, source })).rejects.toThrow(/no features beside its recordings/)
  })

  it('would differ with less context, so the test above sees what windows leave out', async () => {
    const full = await scored(model, { domain: audio, source, batchSize: 3, context: model.receptiveField!, windowSamples: 13 })
    const less = await scored(model, { domain: audio, source, batchSize: 3, context: model.receptiveField! - 1, windowSamples: 13 })
    expect(Math.abs(less.nats[0]! / full.nats[0]! - 1)).toBeGreaterThan(1e-5)
  })
})

describe('the summary', () => {
  it('is the mean over examples with its standard error', () => {
    const summary = summarizeNll({ nats: [10, 12, 14, 16], dimensions: [9, 9, 9, 9] }, binary)
    expect(summary).toMatchObject({ nats: 13, examples: 4, dimensions: 36 })
    expect(summary.bitsPerDim).toBeCloseTo(13 / 9 / Math.LN2, 12)
    expect(summary.standardError).toBeCloseTo(Math.sqrt(20 / 3) / 2, 12)
    expect(summarizeNll({ nats: [3], dimensions: [9] }, binary).standardError).toBe(0)
  })

  it('is nats per sample for clips, with the standard error of a ratio', () => {
    const summary = summarizeNll({ nats: [200, 330, 90], dimensions: [100, 150, 50] }, audio)
    const ratio = 620 / 300
    expect(summary.nats).toBeCloseTo(ratio, 12)
    const squares = [200 - 100 * ratio, 330 - 150 * ratio, 90 - 50 * ratio].reduce((sum, value) => sum + value ** 2, 0)
    expect(summary.standardError).toBeCloseTo(Math.sqrt((squares / 2) * 3) / 300, 12)
    // Clips that agree in nats per sample leave no doubt, however different their lengths.
    expect(summarizeNll({ nats: [200, 300], dimensions: [100, 150] }, audio).standardError).toBeCloseTo(0, 12)
  })
})
