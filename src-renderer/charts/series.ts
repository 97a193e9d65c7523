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

/** x and y of every point, sorted by x as they were recorded. */
export function toPoints<P extends TrainPoint | ValidPoint>(points: readonly P[], axis: XAxis, value: (point: P) => number): Point[] {
  return points.map((point) => [point[axis], value(point)] as const)
}
