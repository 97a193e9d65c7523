import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { startOfFrame } from '../../contract/localFeatures'
import { conditionOf } from '../evaluation/conditionOf'
import type { ExampleSource } from '../evaluation/exampleSource'
import { fillMask, hopOf, isSequence } from '../evaluation/windows'
import type { Window } from '../evaluation/windows'
import type { Conditioning } from '../models/model'
import { randomStream } from '../tensor/random'
import { augment, augments } from './augment'
import type { Augmentation } from './augment'

/** What a mask of the batches tells apart: nothing (there is none), which examples count, or which samples of sequences do. */
export type Masked = false | 'examples' | 'samples'

/** Levels [B, L] of one step. */
export interface TrainingBatch {
  levels: Float32Array
  /** 1 where something counts: examples [B] or samples [B, L]; null when all do. */
  mask: Float32Array | null
  /** Class indices [B] of the rows, or frames of features [B, F, size], where the model is conditioned on them. */
  condition?: Float32Array
  /** What the loss is a mean over: examples, or samples that count. */
  counted: number
}

/** The batches of an epoch in their seeded order: a pure function of (seed, epoch, index), so a resumed run reads the same ones. */
export interface TrainingBatches {
  /** [B, L], the same for every batch. */
  readonly shape: [number, number]
  readonly masked: Masked
  stepsIn(epoch: number): number
  read(epoch: number, index: number): Promise<TrainingBatch>
}

export interface BatchOptions {
  domain: Domain
  source: ExampleSource
  batchSize: number
  seed: number
  windowSamples: number
  /** Samples of context of the model's conditionals; null: the whole past. */
  context: number | null
  /** Of images; none when absent. */
  augmentation?: Augmentation | undefined
  /** What the model is conditioned on, see `Model.conditioning`. */
  conditioning?: Conditioning | undefined
}

export function trainingBatches(options: BatchOptions): TrainingBatches {
  return isSequence(options.domain) ? windowBatches(options) : exampleBatches(options)
}

/**
 * Every example once an epoch, in a new random order each. Batches have one shape, so the last one, where it is incomplete, is filled up
 * with examples that do not count.
 */
function exampleBatches({ domain, source, batchSize, seed, augmentation, conditioning }: BatchOptions): TrainingBatches {
  const size = Math.min(batchSize, source.count)
  const orderOf = latest((epoch) => randomStream(seed, 'order', epoch).permutation(source.count))
  const masked = source.count % size === 0 ? false : 'examples'
  return {
    shape: [size, dimensionsOf(domain)],
    masked,
    stepsIn: () => Math.ceil(source.count / size),
    async read(epoch, index) {
      const order = orderOf(epoch)
      const own = order.subarray(index * size, (index + 1) * size)
      const indices = own.length === size ? own : Int32Array.from([...own, ...order.subarray(0, size - own.length)])
      const condition = await conditionOf(source, conditioning, indices)
      const mask = masked ? new Float32Array(size).fill(1, 0, own.length) : null
      const levels = await source.read(indices, epoch)
      if (augmentation && augments(augmentation)) augment(levels, domain, augmentation, randomStream(seed, 'augment', epoch, index))
      return { levels, mask, ...(condition ? { condition } : {}), counted: own.length }
    },
  }
}

/**
 * Each epoch cuts every clip into windows of `windowSamples` at a random offset of its own, so every sample counts exactly once an epoch and
 * its place in a window is uniform; the windows come in random order, and nothing counts in the rows that the last batch lacks.
 */
function windowBatches({ domain, source, batchSize, seed, windowSamples, context, conditioning }: BatchOptions): TrainingBatches {
  const longest = domain.shape[0]!
  const counted = Math.min(windowSamples, longest)
  const hop = hopOf(conditioning)
  const length = Math.min((context ?? longest) + counted + hop - 1, longest)
  const leastWindows = Array.from({ length: source.count }, (_value, clip) => Math.ceil(source.lengthOf(clip) / counted)).reduce((sum, count) => sum + count, 0)
  const size = Math.min(batchSize, leastWindows)
  const windowsOf = latest((epoch) => {
    const windows: Window[] = []
    const stream = randomStream(seed, 'window', epoch)
    for (let clip = 0; clip < source.count; clip++) {
      const samples = source.lengthOf(clip)
      for (let from = stream.integer(counted) - counted + 1; from < samples; from += counted) {
        const first = Math.max(0, from)
        const to = Math.min(samples, from + counted)
        if (to > first) windows.push({ clip, start: context === null ? 0 : startOfFrame(Math.max(0, first - context), hop), from: first, to })
      }
    }
    const order = randomStream(seed, 'order', epoch).permutation(windows.length)
    return Array.from(order, (position) => windows[position]!)
  })
  return {
    shape: [size, length],
    masked: 'samples',
    stepsIn: (epoch) => Math.ceil(windowsOf(epoch).length / size),
    async read(epoch, index) {
      const levels = new Float32Array(size * length)
      const mask = new Float32Array(size * length)
      let total = 0
      const windows = windowsOf(epoch).slice(index * size, (index + 1) * size)
      for (const [row, window] of windows.entries()) {
        levels.set(await source.readWindow(window.clip, window.start, length), row * length)
        fillMask(mask, row * length, window)
        total += window.to - window.from
      }
      const read = Array.from({ length: size }, (_value, row) => windows[row] ?? windows[0]!)
      const condition = await conditionOf(source, conditioning, read.map(({ clip }) => clip), { starts: read.map(({ start }) => start), length })
      return { levels, mask, ...(condition ? { condition } : {}), counted: total }
    },
  }
}

/** Remembers the value for the two latest epochs: prefetching looks one ahead. */
function latest<T>(make: (epoch: number) => T): (epoch: number) => T {
  const made = new Map<number, T>()
  return (epoch) => {
    let value = made.get(epoch)
    if (value === undefined) {
      value = make(epoch)
      made.set(epoch, value)
      if (made.size > 2) made.delete(Math.min(...made.keys()))
    }
    return value
  }
}
