import type { HistogramRecord, Magnitudes } from '../../contract/records/histogram'
import { HISTOGRAM_BINS } from '../../contract/records/histogram'
import type { RunRecord } from '../../contract/records/run'
import type { MetricPoint } from '../../contract/records/training'
import { bytesField, floatField, varintField } from '../../ml/tensor/program/protobuf'
import { maskedCrc32c } from './crc32c'

export interface EventContent {
  /** Seconds since 1970 at which training began; points are placed after it by their own seconds. */
  start: number
  points: readonly MetricPoint[]
  histograms: readonly HistogramRecord[]
}

/** TensorBoard takes every file with 'tfevents' in its name. */
export const eventFileName = ({ id, createdAt }: RunRecord): string => `events.out.tfevents.${Math.floor(Date.parse(createdAt) / 1000)}.${id}`

const TRAIN_SCALARS = ['gradientNorm', 'learningRate', 'stepsPerSecond', 'examplesPerSecond', 'dataWaitMs', 'memoryBytes', 'cpuCores', 'gpuPercent', 'gpuMemoryBytes'] as const

/**
 * A run's metrics as TensorBoard reads them: TFRecords of tensorflow.Event messages. NLLs are the tags nats/train, nats/valid and
 * nats/valid_ema, the same with bits_per_dim; histograms are of magnitudes |v|, in the bins that the studio counts.
 */
export function eventFile({ start, points, histograms }: EventContent): Uint8Array {
  const records = [record(event(start, null, bytesField(3, 'brain.Event:2')))]
  for (const point of points) records.push(record(event(start + point.seconds, point.step, summary(scalarsOf(point).map(([tag, value]) => scalar(tag, value))))))
  for (const { step, seconds, layers } of histograms) {
    const values = layers.flatMap(({ name, weights, gradients }) => [histogram(`weights/${name}`, weights), histogram(`gradients/${name}`, gradients)])
    records.push(record(event(start + seconds, step, summary(values))))
  }
  return Buffer.concat(records)
}

function scalarsOf(point: MetricPoint): [tag: string, value: number][] {
  if (point.kind === 'valid') {
    const name = point.weights === 'ema' ? 'valid_ema' : 'valid'
    return [
      [`nats/${name}`, point.nats],
      [`bits_per_dim/${name}`, point.bitsPerDim],
      [`standard_error/${name}`, point.standardError],
    ]
  }
  const others = TRAIN_SCALARS.flatMap((name): [string, number][] => {
    const value = point[name]
    return value === undefined ? [] : [[`training/${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, value]]
  })
  return [['nats/train', point.nats], ['bits_per_dim/train', point.bitsPerDim], ['training/epoch', point.epoch], ...others]
}

/** Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5 } */
function event(wallTime: number, step: number | null, content: Buffer): Buffer {
  return Buffer.concat([doubleField(1, wallTime), ...(step === null ? [] : [varintField(2, step)]), content])
}

/** Summary { repeated Value value = 1 } within an Event. */
const summary = (values: readonly Buffer[]): Buffer => bytesField(5, Buffer.concat(values.map((value) => bytesField(1, value))))

/** Value { string tag = 1; float simple_value = 2; HistogramProto histo = 5 } */
const scalar = (tag: string, value: number): Buffer => Buffer.concat([bytesField(1, tag), floatField(2, value)])
const histogram = (tag: string, magnitudes: Magnitudes): Buffer => Buffer.concat([bytesField(1, tag), bytesField(5, histogramProto(magnitudes))])

/**
 * HistogramProto { double min = 1, max = 2, num = 3, sum = 4, sum_squares = 5; repeated double bucket_limit = 6, bucket = 7 }. What is below
 * the lowest bin is [0, 10^-10), what is above the highest one ends at the largest double. Only sum_squares is known exactly, from the rms;
 * the sum is taken at the middles of the bins.
 */
function histogramProto({ first, counts, below, above, rms }: Magnitudes): Buffer {
  const { lowest, perDecade } = HISTOGRAM_BINS
  const edge = (bin: number): number => 10 ** (lowest + bin / perDecade)
  const limits: number[] = [edge(0), ...(first > 0 ? [edge(first)] : []), ...counts.map((_count, index) => edge(first + index + 1)), Number.MAX_VALUE]
  const buckets: number[] = [below, ...(first > 0 ? [0] : []), ...counts, above]
  const num = buckets.reduce((total, count) => total + count, 0)
  const sum = counts.reduce((total, count, index) => total + count * Math.sqrt(edge(first + index) * edge(first + index + 1)), 0)
  const top = above > 0 ? edge((HISTOGRAM_BINS.highest - lowest) * perDecade) : counts.length > 0 ? edge(first + counts.length) : edge(0)
  const fields = [below > 0 || num === 0 ? 0 : edge(first), num === 0 ? 0 : top, num, sum, rms * rms * num]
  return Buffer.concat([...fields.map((value, index) => doubleField(index + 1, value)), bytesField(6, doubles(limits)), bytesField(7, doubles(buckets))])
}

/** Field of wire type 1. */
const doubleField = (field: number, value: number): Buffer => Buffer.concat([Uint8Array.of((field << 3) | 1), doubles([value])])

function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  values.forEach((value, index) => bytes.writeDoubleLE(value, index * 8))
  return bytes
}

/** TFRecord: length, its masked CRC-32C, the bytes, theirs. */
function record(bytes: Buffer): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([length, checksum(length), bytes, checksum(bytes)])
}

function checksum(bytes: Uint8Array): Buffer {
  const result = Buffer.alloc(4)
  result.writeUInt32LE(maskedCrc32c(bytes))
  return result
}
