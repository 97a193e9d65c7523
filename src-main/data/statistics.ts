import type { Domain, SplitName } from '../contract/domain'
import { dimensionsOf, framesOf, splitNames } from '../contract/domain'
import type { DatasetStatistics, ImportOptions, VideoStatistics } from '../contract/records/dataset'
import { createAudioMeter } from './audioStatistics'
import type { AudioRemarks } from './clips'
import { exampleHash, repeatedHashes } from './exampleHash'
import { levelsView } from './levelsView'
import type { SplitFile } from './splitFile'

/** Per-dimension counts are kept up to this many (D × K) numbers, 128 MB; beyond it one histogram serves all dimensions. */
const LARGEST_COUNTS = 1 << 24
const LARGEST_MEAN = 65536
/** Counts in a record; of more levels than that ranges of them are counted. */
const MOST_COUNTS = 1024
const RANGES = 256

export interface StatisticsInput {
  splits: Record<SplitName, SplitFile>
  domain: Domain
  options: Pick<ImportOptions, 'binarize' | 'seed'>
  /** Class names in class-index order, and the index of each label in order of appearance. */
  labels: { names: string[]; index: ArrayLike<number> } | null
  /** What the import did to recordings. */
  remarks?: AudioRemarks
  /** What it made of video clips. */
  video?: VideoStatistics
  signal?: AbortSignal
}

/**
 * Statistics of a written store in two passes: levels are counted over train, then the independent-dimension model
 *   p(x_i = k) = (c_ik + 1) / (N + K)
 * is scored on valid (where that is empty on test, else on train). Audio has one histogram for all samples and nats per sample; video has nats per frame.
 * With dynamic binarisation the counts of train are the expected ones, Σ grey / 255.
 */
export async function computeStatistics(input: StatisticsInput): Promise<DatasetStatistics> {
  const { splits, domain } = input
  const levels = domain.levels
  const dimensions = dimensionsOf(domain)
  const shared = domain.variableLength || dimensions * levels > LARGEST_COUNTS
  const counts = new Float64Array(shared ? levels : dimensions * levels)
  const sums = !domain.variableLength && dimensions <= LARGEST_MEAN ? new Float64Array(dimensions) : null
  const hashes = new Float64Array(splits.train.count)
  const { seed } = input.options
  const dtype = splits.train.bytesPerValue === 2 ? 'i16' : 'u8'
  const expected = input.options.binarize === 'dynamic'
  const countView = levelsView({ dtype, domain, binarize: expected ? 'none' : input.options.binarize, seed }, 'train')

  const meter = dtype === 'i16' && domain.sampleRate !== undefined ? createAudioMeter(domain.sampleRate, splits.train.dimensions) : null
  let values = new Float32Array(shared && domain.variableLength ? 0 : dimensions)
  const levelsOf = (view: ReturnType<typeof levelsView>, bytes: Uint8Array, index: number) => {
    const length = bytes.length / splits.train.bytesPerValue
    if (values.length < length) values = new Float32Array(length)
    view(bytes, values, 0, index, 0, 0)
    return length
  }

  for await (const { index, bytes } of splits.train.examples()) {
    input.signal?.throwIfAborted()
    hashes[index] = exampleHash(bytes)
    meter?.add(bytes)
    const length = levelsOf(countView, bytes, index)
    for (let i = 0; i < length; i++) {
      const value = expected ? values[i]! / 255 : values[i]!
      if (sums) sums[i]! += value
      const base = shared ? 0 : i * levels
      if (expected) {
        counts[base]! += 1 - value
        counts[base + 1]! += value
      } else counts[base + value]! += 1
    }
  }
  const histogram = histogramOf(counts, levels)
  const trainCount = splits.train.count

  const scored = ([splits.valid, splits.test, splits.train] as const).find((part) => part.count > 0) ?? splits.train
  const cost = negativeLogProbabilities(counts, levels)
  const scoreView = levelsView({ dtype, domain, ...input.options }, scored.split)
  let nats = 0
  for await (const { index, bytes } of scored.examples()) {
    input.signal?.throwIfAborted()
    const length = levelsOf(scoreView, bytes, index)
    for (let i = 0; i < length; i++) nats += cost[(shared ? 0 : i * levels) + values[i]!]!
  }
  const perDimension = scored.dimensions > 0 ? nats / scored.dimensions : 0
  const statistics: DatasetStatistics = {
    histogram: Array.from(inRanges(histogram)),
    independentNats: domain.variableLength ? perDimension : (perDimension * dimensions) / framesOf(domain),
    independentBitsPerDim: perDimension / Math.LN2,
    uniformNats: (domain.variableLength ? 1 : dimensions / framesOf(domain)) * Math.log(levels),
    duplicates: repeatedHashes(hashes),
  }
  if (input.video) statistics.video = input.video
  if (sums) statistics.mean = Array.from(sums, (sum) => sum / Math.max(1, trainCount))
  if (input.labels) statistics.classCounts = classCounts(splits.train, input.labels)
  if (domain.sampleRate !== undefined) statistics.durations = durations(splits, domain.sampleRate)
  if (meter) {
    const { droppedSeconds = 0, notNumbers = 0 } = input.remarks ?? {}
    statistics.audio = { ...meter.result(), ...(droppedSeconds > 0 ? { droppedSeconds } : {}), ...(notNumbers > 0 ? { notNumbers } : {}) }
  }
  return statistics
}

function histogramOf(counts: Float64Array, levels: number): Float64Array {
  const histogram = new Float64Array(levels)
  for (let i = 0; i < counts.length; i++) histogram[i % levels]! += counts[i]!
  return histogram
}

/** A record holds no more counts than a picture shows. */
function inRanges(histogram: Float64Array): Float64Array {
  if (histogram.length <= MOST_COUNTS) return histogram
  const ranges = new Float64Array(RANGES)
  histogram.forEach((count, level) => (ranges[Math.floor((level * RANGES) / histogram.length)]! += count))
  return ranges
}

/** counts [D × K] (or [K]) -> −ln((c + 1) / (N + K)), in place. */
function negativeLogProbabilities(counts: Float64Array, levels: number): Float64Array {
  for (let base = 0; base < counts.length; base += levels) {
    let total = levels
    for (let k = 0; k < levels; k++) total += counts[base + k]!
    for (let k = 0; k < levels; k++) counts[base + k] = Math.log(total) - Math.log(counts[base + k]! + 1)
  }
  return counts
}

function classCounts(train: SplitFile, labels: { names: string[]; index: ArrayLike<number> }): { name: string; count: number }[] {
  const rows = labels.names.map((name) => ({ name, count: 0 }))
  for (const label of train.labels.view()) {
    const row = rows[labels.index[label] ?? -1]
    if (row) row.count += 1
  }
  return rows
}

function durations(splits: Record<SplitName, SplitFile>, sampleRate: number): { total: number; shortest: number; longest: number } {
  let total = 0
  let shortest = Infinity
  let longest = 0
  for (const split of splitNames)
    for (const length of splits[split].lengths.view()) {
      total += length
      shortest = Math.min(shortest, length)
      longest = Math.max(longest, length)
    }
  return { total: total / sampleRate, shortest: Number.isFinite(shortest) ? shortest / sampleRate : 0, longest: longest / sampleRate }
}
