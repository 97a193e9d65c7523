import type { LevelArray } from '../../contract/levels'
import type { SamplingPlan } from '../kernels/operations'
import { kernelBase } from '../kernels/instance'
import { layOutJob } from '../kernels/job'
import type { Lanes } from '../kernels/pack'
import { streamKey } from '../tensor/random'
import { coresForSampling, runJob } from './kernelThreads'

export interface KernelDraw {
  plan: SamplingPlan
  count: number
  /** Samples first … first + count − 1 of the seed; from 0 when absent. */
  first?: number
  steps: number
  seed: number
  temperature: number
  ordering: Int32Array | null
  /** Mean levels along the path, as bytes 0…255. */
  means: boolean
  /** count × the plan's conditionSize */
  condition: Float32Array | null
  /** count × steps levels that are taken instead of draws; −1 where there is none. */
  given?: Int32Array | null
  /** Whether log-probabilities count what was given; true when absent. */
  countGiven?: boolean
  /** Threads, and streams side by side; chosen by the size of the work when absent. Samples depend on neither. */
  threads?: number
  lanes?: Lanes
  signal?: AbortSignal
  onProgress?(done: number, total: number): void
  onDrawn?: OnDrawn
}

/** Hears of a time series while it grows: the levels of sample `sample` from step `from` on. Each step once, in order. */
export type OnDrawn = (sample: number, from: number, levels: LevelArray) => void

export interface KernelSamples {
  levels: LevelArray
  means: Uint8Array<ArrayBuffer> | null
  logProb: number[]
}

const MOST_BYTES = 2 ** 32
const PROGRESS_MILLISECONDS = 25

/** Whether the kernels can draw from this plan themselves; of mixtures they know neither means nor modes. */
export const drawsInside = (plan: SamplingPlan, { temperature, means }: Pick<KernelDraw, 'temperature' | 'means'>): boolean =>
  plan.phases.every(({ head }) => head.kind !== 'outside' && (head.kind !== 'logistics' || (temperature > 0 && !means)))

/** Draws samples with the kernels, on all cores. Sample i is that of the random stream (seed, 'sample', first + i). */
export async function drawWithKernels(draw: KernelDraw): Promise<KernelSamples> {
  const { plan, count, steps, signal, onProgress, onDrawn } = draw
  signal?.throwIfAborted()
  if (steps > plan.steps) throw new Error(`The sampling plan was made for ${plan.steps} steps, not ${steps}.`)
  // Before anything of that size is made.
  if (count * (steps + 24) > MOST_BYTES)
    throw new Error(`${count} samples of ${steps} dimensions need more than the 4 GB that the sampling kernels can address: draw fewer at a time.`)
  const job = layOutJob({ ...draw, ...shareOut(draw), keys: keysOf(draw.seed, count, draw.first ?? 0), given: draw.given ?? null, base: kernelBase() })
  const cancel = (): void => job.cancel()
  signal?.addEventListener('abort', cancel)
  const heard = new Int32Array(onDrawn ? count : 0)
  const tell = (): void => {
    onProgress?.(job.progress(), count * steps)
    heard.forEach((from, sample) => {
      const to = job.drawnOf(sample)
      if (to > from) onDrawn?.(sample, from, job.levelsOf(sample, from, to))
      heard[sample] = to
    })
  }
  const timer = (onProgress ?? onDrawn) && setInterval(tell, PROGRESS_MILLISECONDS)
  try {
    await runJob(job)
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', cancel)
  }
  signal?.throwIfAborted()
  tell()
  const samples = { levels: job.levels(), means: job.means(), logProb: job.logProb() }
  job.release()
  return samples
}

/** Weights that fit into the second-level cache of a core beside what else is there. */
const CACHED_BYTES = 768 * 1024

/**
 * Eight streams side by side take about 7.5 times as long as one while the weights stay in the cache, and 4 times where they come from
 * memory. So a few samples are better drawn one by one on all cores.
 */
function shareOut({ plan, count, threads, lanes }: KernelDraw): { workers: number; lanes: Lanes } {
  const cores = threads ?? coresForSampling()
  const dearness = weightBytes(plan) > CACHED_BYTES ? 4 : 7.5
  const eight = Math.ceil(Math.ceil(count / 8) / cores) * dearness
  // Keys and values of eight streams leave the cache at every step.
  const crowded = plan.channels * 4 > CACHED_BYTES / 2
  const chosen = lanes ?? (eight < Math.ceil(count / cores) && !crowded ? 8 : 1)
  return { lanes: chosen, workers: Math.min(cores, Math.ceil(count / chosen)) }
}

function weightBytes(plan: SamplingPlan): number {
  let bytes = 0
  for (const { before, after } of plan.phases)
    for (const operation of [...before, ...after]) if ('weight' in operation) bytes += operation.weight.byteLength
  return bytes
}

function keysOf(seed: number, count: number, first: number): Uint32Array {
  const keys = new Uint32Array(2 * count)
  for (let sample = 0; sample < count; sample++) keys.set(streamKey(seed, 'sample', first + sample), 2 * sample)
  return keys
}
