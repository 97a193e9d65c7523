import type { MetricPoint } from '../../src-main/contract'
import { Columns } from './columns'
import type { LikelihoodUnit } from './format'
import type { Track } from './track'

export type XAxis = 'step' | 'epoch' | 'seconds'
type Weights = Extract<MetricPoint, { kind: 'valid' }>['weights']

const COMMON = ['step', 'epoch', 'seconds', 'nats', 'bitsPerDim'] as const
const TRAIN = [
  ...COMMON,
  'gradientNorm',
  'learningRate',
  'stepsPerSecond',
  'examplesPerSecond',
  'dataWaitMs',
  'memoryBytes',
  'cpuCores',
  'gpuPercent',
  'gpuMemoryBytes',
] as const
const VALID = [...COMMON, 'standardError', 'examples'] as const

export type TrainField = (typeof TRAIN)[number]
export type ValidField = (typeof VALID)[number]

/** The whole history of a run, never thinned out. Appended to in place: a million points are not copied at every message. */
export interface MetricHistory {
  train: Columns<TrainField>
  valid: Record<Weights, Columns<ValidField>>
  /** Lines of metrics.jsonl seen so far: where a reconnecting stream goes on. */
  received: number
}

export function emptyHistory(): MetricHistory {
  return { train: new Columns(TRAIN), valid: { raw: new Columns(VALID), ema: new Columns(VALID) }, received: 0 }
}

/**
 * Takes one message of the metric stream into the history.
 * `from` is the index of the first point in metrics.jsonl; with `reset` everything known before is forgotten, since a
 * resume cut the file back to its checkpoint. Points that are known already are passed over.
 */
export function appendMetrics(
  history: MetricHistory,
  message: { from: number; reset: boolean; points: readonly MetricPoint[] },
): MetricHistory {
  const next = message.reset ? emptyHistory() : history
  if (message.reset) next.received = message.from
  for (let index = Math.max(0, next.received - message.from); index < message.points.length; index++) {
    const point = message.points[index]!
    if (point.kind === 'train') next.train.push(point)
    else next.valid[point.weights].push(point)
  }
  next.received = Math.max(next.received, message.from + message.points.length)
  return next
}

/** A history's fields of likelihoods are named by what they are, units by what they are called. */
const fieldOf = <Field extends string>(quantity: Field | LikelihoodUnit): Field | 'nats' | 'bitsPerDim' => (quantity === 'bits/dim' ? 'bitsPerDim' : quantity)

const tracks = new WeakMap<object, Map<string, Track>>()

/** One quantity over one axis; the same track as long as the history grows, so that what is derived from it grows as well. */
export function quantityTrack(columns: Columns<TrainField> | Columns<ValidField>, axis: XAxis, quantity: TrainField | LikelihoodUnit): Track {
  const known = tracks.get(columns) ?? new Map<string, Track>()
  tracks.set(columns, known)
  const key = `${axis}:${quantity}`
  const track = known.get(key) ?? columnsTrack(columns as Columns<TrainField>, axis, fieldOf(quantity))
  known.set(key, track)
  return track
}

const columnsTrack = (columns: Columns<TrainField>, axis: XAxis, field: TrainField): Track => ({
  get length() {
    return columns.length
  },
  get x() {
    return columns.values(axis)
  },
  get y() {
    return columns.values(field)
  },
})

/** Whether a run has any value of a field: older records lack some, and machines without a GPU others. */
export function hasValues(columns: Columns<TrainField>, field: TrainField): boolean {
  const values = columns.values(field)
  return columns.length > 0 && (Number.isFinite(values[columns.length - 1]) || Number.isFinite(values[0]))
}
