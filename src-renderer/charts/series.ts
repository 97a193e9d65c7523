import type { MetricPoint } from '../../src-main/contract'
import type { Point } from './decimate'
import type { LikelihoodUnit } from './format'

export type TrainPoint = Extract<MetricPoint, { kind: 'train' }>
export type ValidPoint = Extract<MetricPoint, { kind: 'valid' }>
export type XAxis = 'step' | 'epoch' | 'seconds'

/** The whole history of a run, never thinned out. Appended to in place: a million points are not copied at every message. */
export interface MetricHistory {
  train: TrainPoint[]
  valid: ValidPoint[]
  /** Lines of metrics.jsonl seen so far: where a reconnecting stream goes on. */
  received: number
}

export function emptyHistory(): MetricHistory {
  return { train: [], valid: [], received: 0 }
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
  const known = Math.max(0, next.received - message.from)
  for (const point of message.points.slice(known)) {
    if (point.kind === 'train') next.train.push(point)
    else next.valid.push(point)
  }
  next.received = Math.max(next.received, message.from + message.points.length)
  return next
}

/** NLL of a point in the unit shown. */
export function likelihoodOf(point: { nats: number; bitsPerDim: number }, unit: LikelihoodUnit): number {
  return unit === 'nats' ? point.nats : point.bitsPerDim
}

/** The arrays of a history grow in place, so only what is new is converted. */
const converted = new WeakMap<readonly (TrainPoint | ValidPoint)[], Map<string, Point[]>>()

export type Quantity = LikelihoodUnit | 'gradientNorm' | 'learningRate' | 'stepsPerSecond'

/** x and y of every point, sorted by x as they were recorded. A growing history costs only its new points. */
export function toPoints(points: readonly (TrainPoint | ValidPoint)[], axis: XAxis, quantity: Quantity): readonly Point[] {
  const known = converted.get(points) ?? new Map<string, Point[]>()
  converted.set(points, known)
  const key = `${axis}:${quantity}`
  const cache = known.get(key) ?? []
  known.set(key, cache)
  for (let index = cache.length; index < points.length; index++) {
    const point = points[index]
    if (point) cache.push([point[axis], quantityOf(point, quantity)])
  }
  return cache
}

function quantityOf(point: TrainPoint | ValidPoint, quantity: Quantity): number {
  if (quantity === 'nats' || quantity === 'bits/dim') return likelihoodOf(point, quantity)
  return point.kind === 'train' ? point[quantity] : NaN
}
