import type { MetricPoint } from '../../contract/records/training'

const COLUMNS = [
  'kind',
  'step',
  'epoch',
  'seconds',
  'nats',
  'bitsPerDim',
  'standardError',
  'examples',
  'weights',
  'gradientNorm',
  'learningRate',
  'stepsPerSecond',
  'examplesPerSecond',
  'dataWaitMs',
  'memoryBytes',
  'tensors',
  'cpuCores',
  'gpuPercent',
  'gpuMemoryBytes',
] as const

/** Every point of a run, one a line; cells that a kind of point does not have are empty. */
export function metricsCsv(points: readonly MetricPoint[]): string {
  const lines = points.map((point) => {
    const cells: Partial<Record<string, string | number>> = point
    return COLUMNS.map((column) => cells[column] ?? '').join(',')
  })
  return [COLUMNS.join(','), ...lines, ''].join('\n')
}
