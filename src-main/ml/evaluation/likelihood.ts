import type { Domain } from '../../contract/domain'
import { dimensionsOf, framesOf } from '../../contract/domain'
import { isPairs, scoredCharacters } from '../../contract/text'
import type { Conditioning } from '../models/model'
import { numbersOf } from '../tensor/numbersOf'
import { tf } from '../tensor/tf'
import { conditionTensor } from './condition'
import { conditionOf } from './conditionOf'
import type { ExampleSource } from './exampleSource'
import type { LogProbFunction } from './logProb'
import { exactWindows, fillMask, hopOf, isSequence } from './windows'
import type { WindowPlan } from './windows'

export interface ExactNll {
  /** −log p(x) of each example, in nats. */
  nats: Float64Array
  /** How many dimensions (samples) each one has. */
  dimensions: Int32Array
}

export interface NllOptions {
  domain: Domain
  source: ExampleSource
  /** Examples to score, all when absent. */
  indices?: ArrayLike<number>
  batchSize: number
  /** Audio: samples of context of the model's conditionals (null: the whole past) and samples that count per window. */
  context?: number | null
  windowSamples?: number
  /** Values that share their latents: windows begin with a multiple of it, see `Model.frame`. */
  frame?: number | undefined
  /** What the model is conditioned on; the condition of each example is then given to `logProb`. */
  conditioning?: Conditioning | undefined
  /** Called with the log-probabilities in nats [rows, L] of each batch's examples, for maps; fixed shapes only. */
  onPerDimension?: (logProb: Float32Array, rows: number) => void
}

/** Static shape [B, L] of the batches that `exactNll` gives to the model. */
export function nllBatchShape(options: NllOptions): [number, number] {
  return [options.batchSize, isSequence(options.domain) ? planOf(options).length : dimensionsOf(options.domain)]
}

/**
 * The exact NLL of every example, in batches of one static shape (the last one padded). Yields the fraction done after each batch, so
 * that the caller can let other work in; answers the result. `logProb` belongs to the batch's shape, see `nllBatchShape`.
 */
export async function* exactNll(logProb: LogProbFunction, options: NllOptions): AsyncGenerator<number, ExactNll> {
  return isSequence(options.domain) ? yield* sequenceNll(logProb, options) : yield* fixedNll(logProb, options)
}

async function* fixedNll(logProb: LogProbFunction, options: NllOptions): AsyncGenerator<number, ExactNll> {
  const { domain, source, batchSize, indices = allOf(source), conditioning, onPerDimension } = options
  const size = dimensionsOf(domain)
  const nats = new Float64Array(indices.length)
  const dimensions = new Int32Array(indices.length).fill(size)
  for (let first = 0; first < indices.length; first += batchSize) {
    const chosen = Array.from({ length: Math.min(batchSize, indices.length - first) }, (_value, offset) => indices[first + offset]!)
    const levels = new Float32Array(batchSize * size)
    levels.set(await source.read(chosen, 0))
    const condition = padded(await conditionOf(source, conditioning, chosen, { starts: new Int32Array(chosen.length), length: size }), chosen.length, batchSize)
    const sums = sumOfLogProb(logProb, { levels, shape: [batchSize, size], mask: null, condition, conditioning, batch: first / batchSize }, onPerDimension && ((values) => onPerDimension(values, chosen.length)))
    for (let row = 0; row < chosen.length; row++) {
      nats[first + row] = -sums[row]!
      if (isPairs(domain)) dimensions[first + row] = scoredCharacters(levels.subarray(row * size, (row + 1) * size), domain)
    }
    yield Math.min(1, (first + batchSize) / indices.length)
  }
  return { nats, dimensions }
}

async function* sequenceNll(logProb: LogProbFunction, options: NllOptions): AsyncGenerator<number, ExactNll> {
  const { source, batchSize, indices = allOf(source), conditioning } = options
  const { length, windows } = planOf(options)
  const place = new Map(Array.from(indices, (clip, position) => [clip, position] as const))
  const nats = new Float64Array(indices.length)
  for (let first = 0; first < windows.length; first += batchSize) {
    const batch = windows.slice(first, first + batchSize)
    const levels = new Float32Array(batchSize * length)
    const mask = new Float32Array(batchSize * length)
    for (const [row, window] of batch.entries()) {
      levels.set(await source.readWindow(window.clip, window.start, length), row * length)
      fillMask(mask, row * length, window)
    }
    const read = { starts: batch.map(({ start }) => start), length }
    const condition = padded(await conditionOf(source, conditioning, batch.map(({ clip }) => clip), read), batch.length, batchSize)
    const sums = sumOfLogProb(logProb, { levels, shape: [batchSize, length], mask, condition, conditioning, batch: first / batchSize })
    for (const [row, { clip }] of batch.entries()) nats[place.get(clip)!]! -= sums[row]!
    yield Math.min(1, (first + batchSize) / windows.length)
  }
  return { nats, dimensions: Int32Array.from(indices, (clip) => source.lengthOf(clip)) }
}

/** Windows that count, per default, as much as their context is long: half the work is then context. */
function planOf({ domain, source, indices = allOf(source), context = null, windowSamples, conditioning, frame }: NllOptions): WindowPlan {
  const clips = Array.from(indices, (clip) => ({ clip, length: source.lengthOf(clip) }))
  return exactWindows(clips, context, windowSamples ?? Math.max(context ?? domain.shape[0]!, 1024), frame ?? hopOf(conditioning))
}

interface ScoredBatch {
  levels: Float32Array
  /** [B, L] */
  shape: [number, number]
  mask: Float32Array | null
  /** [B × …] */
  condition: Float32Array | null
  conditioning: Conditioning | undefined
  /** Number of the batch: another draw of the noise where the model is a bound. */
  batch: number
}

function sumOfLogProb(logProb: LogProbFunction, { levels, shape, mask, condition, conditioning, batch }: ScoredBatch, each?: (values: Float32Array) => void): Float32Array {
  return numbersOf(() => {
    const x = tf.tensor2d(levels, shape)
    const perDimension = logProb(x, condition ? conditionTensor({ conditioning }, condition, ...shape) : undefined, batch) // [B, L] -> [B, L]
    each?.(perDimension.dataSync() as Float32Array)
    const counted = mask ? tf.mul(perDimension, tf.tensor2d(mask, shape)) : perDimension
    return tf.sum(counted, 1) // [B, L] -> [B]
  })
}

/** The last batch is filled up with examples of class 0 (or features of 0), which do not count. */
function padded(condition: Float32Array | null, rows: number, batchSize: number): Float32Array | null {
  if (!condition || rows === batchSize) return condition
  const whole = new Float32Array((condition.length / rows) * batchSize)
  whole.set(condition)
  return whole
}

const allOf = (source: ExampleSource): Int32Array => Int32Array.from({ length: source.count }, (_value, index) => index)

export interface NllSummary {
  /** Mean in the domain's unit: nats per example, per sample for sequences, per frame for video. */
  nats: number
  bitsPerDim: number
  /** Standard error of `nats` over examples; for sequences that of the ratio estimator. NaN for fewer than two examples becomes 0. */
  standardError: number
  examples: number
  dimensions: number
}

/** Mean and standard error: over examples, or the ratio Σ nats / Σ samples over clips (Cochran 1977, Sampling Techniques, 6.4). */
export function summarizeNll({ nats, dimensions }: { nats: ArrayLike<number>; dimensions: ArrayLike<number> }, domain: Domain): NllSummary {
  const examples = nats.length
  const total = sumOf(nats)
  const counted = sumOf(dimensions)
  const perSample = isSequence(domain)
  const frames = framesOf(domain)
  const mean = total / (perSample ? counted : examples)
  let squares = 0
  for (let index = 0; index < examples; index++) squares += (nats[index]! - mean * (perSample ? dimensions[index]! : 1)) ** 2
  const spread = examples > 1 ? Math.sqrt((squares / (examples - 1)) * examples) : 0
  return {
    nats: mean / frames,
    bitsPerDim: total / counted / Math.LN2,
    standardError: spread / (perSample ? counted : examples * frames),
    examples,
    dimensions: counted,
  }
}

function sumOf(values: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index]!
  return total
}
