import { describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import type { ExampleSource } from '../evaluation/exampleSource'
import { trainingBatches } from './batches'
import { levelStatistics } from './statistics'
import { validationIndices } from './validation'

const table: Domain = { kind: 'table', shape: [2], levels: 64, variableLength: false, encoding: 'linear' }
const audio: Domain = { kind: 'audio', shape: [50], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' }

/** Examples [index, 63 − index]; class index % 3. */
const examples = (count: number): ExampleSource => ({
  count,
  lengthOf: () => 2,
  totalDimensions: 2 * count,
  read: async (indices) => Float32Array.from(Array.from(indices).flatMap((index) => [index, 63 - index])),
  readWindow: () => Promise.reject(new Error('not a sequence')),
  labelsOf: async (indices) => Int32Array.from(indices, (index) => index % 3),
})

/** Clips whose sample at time t has the level t + 1, so that 0 means outside. */
const clips = (lengths: number[]): ExampleSource => ({
  count: lengths.length,
  lengthOf: (clip) => lengths[clip]!,
  totalDimensions: lengths.reduce((sum, length) => sum + length, 0),
  read: () => Promise.reject(new Error('a sequence')),
  readWindow: async (clip, start, length) => Float32Array.from({ length }, (_value, offset) => (start + offset >= 0 && start + offset < lengths[clip]! ? start + offset + 1 : 0)),
  labelsOf: async () => null,
})

describe('batches of examples', () => {
  const batches = trainingBatches({ domain: table, source: examples(23), batchSize: 5, seed: 3, windowSamples: 16, context: null })

  it('count each example once an epoch, in another order each time, and repeat for the same seed', async () => {
    expect([batches.shape, batches.stepsIn(0), batches.masked]).toEqual([[5, 2], 5, 'examples'])
    const epochs = await Promise.all([0, 1, 0].map(async (epoch) => {
      const parts = await Promise.all([0, 1, 2, 3, 4].map((index) => batches.read(epoch, index)))
      expect(parts.map(({ counted }) => counted)).toEqual([5, 5, 5, 5, 3])
      expect(parts.map(({ levels }) => levels.length)).toEqual([10, 10, 10, 10, 10])
      return parts.flatMap(({ levels, mask }) => [...levels].filter((_value, index) => index % 2 === 0 && mask![index / 2] === 1))
    }))
    expect(epochs[0]).toHaveLength(23)
    expect(new Set(epochs[0]).size).toBe(23)
    expect(epochs[1]).not.toEqual(epochs[0])
    expect(epochs[2]).toEqual(epochs[0])
  })

  it('are as large as the data set when that is smaller', async () => {
    const few = trainingBatches({ domain: table, source: examples(3), batchSize: 100, seed: 3, windowSamples: 16, context: null })
    expect([few.shape, few.stepsIn(5)]).toEqual([[3, 2], 1])
    expect((await few.read(5, 0)).counted).toBe(3)
    expect(few.masked).toBe(false)
  })
})

describe('batches of windows', () => {
  const lengths = [50, 7, 33, 16]
  const options = { domain: audio, source: clips(lengths), batchSize: 1, seed: 1, windowSamples: 8, context: 5 }

  it('let every sample count exactly once an epoch, after its whole context', async () => {
    const batches = trainingBatches(options)
    expect(batches.shape).toEqual([1, 13])
    for (const epoch of [0, 1, 2]) {
      const seen = new Map<number, number>()
      let counted = 0
      for (let index = 0; index < batches.stepsIn(epoch); index++) {
        const batch = await batches.read(epoch, index)
        counted += batch.counted
        const first = batch.mask!.indexOf(1)
        const total = batch.mask!.reduce((sum, value) => sum + value, 0)
        expect(total).toBe(batch.counted)
        // Either five samples of context, or all that there is: the window starts with the clip.
        expect(first === 5 || batch.levels[0] === 1).toBe(true)
        batch.mask!.forEach((mask, at) => {
          if (mask === 1) seen.set(batch.levels[at]!, (seen.get(batch.levels[at]!) ?? 0) + 1)
        })
      }
      expect(counted).toBe(106)
      for (let time = 0; time < 50; time++) expect(seen.get(time + 1)).toBe(lengths.filter((length) => length > time).length)
    }
  })

  it('count every sample once an epoch where the last batch is incomplete too', async () => {
    const batches = trainingBatches({ ...options, batchSize: 4 })
    const firsts = new Set<number>()
    for (let epoch = 0; epoch < 20; epoch++) {
      const seen = new Float64Array(50)
      const steps = batches.stepsIn(epoch)
      for (let index = 0; index < steps; index++) {
        const { levels, mask, counted } = await batches.read(epoch, index)
        expect(levels).toHaveLength(4 * 13)
        expect(mask!.reduce((sum, value) => sum + value, 0)).toBe(counted)
        mask!.forEach((value, at) => {
          if (value === 1) seen[levels[at]! - 1]!++
        })
        if (index === 0) firsts.add(levels[mask!.indexOf(1)]!)
      }
      expect([...seen]).toEqual(Array.from({ length: 50 }, (_value, time) => lengths.filter((length) => length > time).length))
    }
    // The cuts lie elsewhere each epoch.
    expect(firsts.size).toBeGreaterThan(4)
  })

  it('read whole clips where the conditionals see the whole past', async () => {
    const batches = trainingBatches({ ...options, context: null })
    expect(batches.shape).toEqual([1, 50])
    expect((await batches.read(0, 0)).levels[0]).toBe(1)
  })
})

describe('what training needs to know of the data', () => {
  it('counts the levels of each dimension, or of all samples, add-one smoothed', async () => {
    const { marginals } = await levelStatistics(examples(6), table, async () => {})
    expect(marginals[0 * 64 + 3]).toBeCloseTo(2 / 70, 6)
    expect(marginals[0 * 64 + 7]).toBeCloseTo(1 / 70, 6)
    expect(marginals[1 * 64 + 60]).toBeCloseTo(2 / 70, 6)
    const sequence = await levelStatistics(clips([3, 2]), audio, async () => {})
    expect(sequence.marginals.length).toBe(256)
    expect([1, 2, 3, 4].map((level) => Math.round(sequence.marginals[level]! * 261))).toEqual([3, 3, 2, 1])
  })

  it('chooses validation examples by seed, every class with its share', async () => {
    const source = examples(300)
    const chosen = await validationIndices(source, 30, 1)
    expect(await validationIndices(source, 30, 1)).toEqual(chosen)
    expect(await validationIndices(source, 30, 2)).not.toEqual(chosen)
    expect(new Set(chosen).size).toBe(30)
    for (const label of [0, 1, 2]) expect(chosen.filter((index) => index % 3 === label).length).toBe(10)
    expect([...(await validationIndices(source, null, 1))]).toEqual(Array.from({ length: 300 }, (_value, index) => index))
  })
})
