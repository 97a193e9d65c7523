import { execFile } from 'node:child_process'
import type { EngineInfo } from '../contract/records/run'
import type { MetricPoint } from '../contract/records/training'

/** What the training costs the machine, written into the points of the training curve. */
export interface UsageMeter {
  addTo(this: void, point: MetricPoint): MetricPoint
}

interface GpuUsage {
  gpuPercent: number
  gpuMemoryBytes: number
}

const GPU_MILLISECONDS = 5_000

/** Cores kept busy since the last point, from the process's own times; the GPU's figures where the engine uses one, a few seconds old at most. */
export function createUsageMeter({ device }: Pick<EngineInfo, 'device'>, readGpu: () => Promise<GpuUsage | null> = nvidiaUsage): UsageMeter {
  let before = { cpu: process.cpuUsage(), at: performance.now() }
  let gpu: GpuUsage | null = null
  let asked = device === 'gpu' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return {
    addTo(point) {
      if (point.kind !== 'train') return point
      const now = { cpu: process.cpuUsage(), at: performance.now() }
      const busy = (now.cpu.user - before.cpu.user + now.cpu.system - before.cpu.system) / 1000
      const cpuCores = busy / Math.max(1, now.at - before.at)
      before = now
      if (now.at - asked >= GPU_MILLISECONDS) {
        asked = now.at
        // Answered while training goes on; the next point has it. A driver that does not answer is not asked again.
        readGpu().then(
          (usage) => {
            gpu = usage
            if (!usage) asked = Number.POSITIVE_INFINITY
          },
          () => (asked = Number.POSITIVE_INFINITY),
        )
      }
      return { ...point, cpuCores, ...gpu }
    },
  }
}

/** Of the first GPU that TensorFlow may use, by the driver's own tool; null where that is not there. */
function nvidiaUsage(): Promise<GpuUsage | null> {
  const [first = '0'] = (process.env['CUDA_VISIBLE_DEVICES'] ?? '0').split(',')
  const query = ['--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits', `--id=${first}`]
  return new Promise((resolve) => {
    execFile('nvidia-smi', query, { timeout: 3_000 }, (error, stdout) => resolve(error ? null : parseUsage(stdout)))
  })
}

/** '37, 10240' (per cent, MiB). */
export function parseUsage(text: string): GpuUsage | null {
  const match = /^\s*(\d+)\s*,\s*(\d+)/.exec(text)
  return match ? { gpuPercent: Number(match[1]), gpuMemoryBytes: Number(match[2]) * 2 ** 20 } : null
}
