import type { MetricHistory } from './series'
import type { Track } from './track'

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
    'weights',
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
  const rows = runs.flatMap(({ id, name, history }) => {
    const { train, valid } = history
    const found: (string | number | null)[][] = []
    for (let index = 0; index < train.length; index++) {
      const point = train.at(index)!
      const { step, epoch, seconds, nats, bitsPerDim, gradientNorm, learningRate, stepsPerSecond } = point
      found.push([id, name, 'train', '', step, epoch, seconds, nats, bitsPerDim, null, gradientNorm, learningRate, stepsPerSecond])
    }
    for (const weights of ['raw', 'ema'] as const) {
      for (let index = 0; index < valid[weights].length; index++) {
        const { step, epoch, seconds, nats, bitsPerDim, standardError } = valid[weights].at(index)!
        found.push([id, name, 'valid', weights, step, epoch, seconds, nats, bitsPerDim, standardError, null, null, null])
      }
    }
    return found
  })
  return toCsv(header, rows)
}

/** One chart's lines in one table, every recorded point: x and y of each, under the names that the chart shows. */
export function linesToCsv(lines: readonly { name: string; track: Track }[], { x, y }: { x: string; y: string }): string {
  const rows = lines.flatMap(({ name, track }) => Array.from({ length: track.length }, (_value, index) => [name, track.x[index]!, track.y[index]!] as const))
  return toCsv(
    ['line', x, y],
    rows.map(([name, place, value]) => [name, place, Number.isFinite(value) ? value : null]),
  )
}
