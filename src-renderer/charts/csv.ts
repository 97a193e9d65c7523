import type { MetricHistory } from './series'

/** Quoted where RFC 4180 asks for it. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function toCsv(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n'
}

/** Curves of several runs in one table, every recorded point. Units are in the column names. */
export function curvesToCsv(runs: readonly { id: string; name: string; history: MetricHistory }[]): string {
  const header = [
    'run',
    'name',
    'kind',
    'step',
    'epoch',
    'seconds',
    'nats',
    'bits_per_dim',
    'standard_error_nats',
    'gradient_norm',
    'learning_rate',
    'steps_per_second',
  ]
  const rows = runs.flatMap(({ id, name, history }) => [
    ...history.train.map((point) => [
      id,
      name,
      'train',
      point.step,
      point.epoch,
      point.seconds,
      point.nats,
      point.bitsPerDim,
      null,
      point.gradientNorm,
      point.learningRate,
      point.stepsPerSecond,
    ]),
    ...history.valid.map((point) => [
      id,
      name,
      'valid',
      point.step,
      point.epoch,
      point.seconds,
      point.nats,
      point.bitsPerDim,
      point.standardError,
      null,
      null,
      null,
    ]),
  ])
  return toCsv(header, rows)
}
