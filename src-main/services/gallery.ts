import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dimensionsOf, isSeries } from '../contract/domain'
import type { GalleryFrame } from '../contract/records/gallery'
import type { RunRecord } from '../contract/records/run'
import type { SampleSet } from '../contract/records/samples'
import type { MetricPoint } from '../contract/records/training'
import { readSamples } from '../engine/sampleFile'
import type { StudioContext } from './context'
import { NotFoundError } from './errors'
import { givenLatents } from './samples'
import { levelsFrom } from '../contract/levels'

/** `<run>/gallery/<step>.safetensors`: samples of fixed seeds, drawn by the training engine at its checkpoints. */
export const galleryFolder = (runFolder: string): string => join(runFolder, 'gallery')

/** The step that a file of the gallery belongs to; null for anything else that lies there. */
export function galleryStep(fileName: string): number | null {
  const match = /^(\d+)\.safetensors$/.exec(fileName)
  return match ? Number(match[1]) : null
}

/** Steps at which gallery samples exist, ascending. */
export async function gallerySteps({ runs }: StudioContext, runId: string): Promise<number[]> {
  runs.get(runId)
  const names = await readdir(galleryFolder(runs.folderOf(runId))).catch(() => [])
  return names
    .map(galleryStep)
    .filter((step) => step !== null)
    .sort((a, b) => a - b)
}

/** The steps with the training time and the NLL of each, by the run's metrics; of a step that was only checkpointed, by its checkpoint. */
export async function galleryFrames(context: StudioContext, runId: string): Promise<GalleryFrame[]> {
  const steps = await gallerySteps(context, runId)
  const run = context.runs.get(runId)
  const weights = galleryWeights(run)
  const points = new Map<number, MetricPoint & { kind: 'valid' }>()
  for (const point of await (await context.runs.metrics(runId)).pointsOfKind('valid'))
    if (point.weights === weights || !points.has(point.step)) points.set(point.step, point)
  const missing = steps.some((step) => !points.has(step))
  const checkpoints = missing ? await context.runs.checkpoints(runId).list() : []
  return steps.map((step): GalleryFrame => {
    const point = points.get(step)
    if (point) return { step, seconds: point.seconds, valid: { nats: point.nats, bitsPerDim: point.bitsPerDim } }
    const { seconds = null, valid = null } = checkpoints.find((listing) => listing.step === step)?.record ?? {}
    return { step, seconds, valid: valid && { nats: valid.nats, bitsPerDim: valid.bitsPerDim } }
  })
}

export async function gallerySamples(context: StudioContext, runId: string, step: number): Promise<SampleSet> {
  const run = context.runs.get(runId)
  const steps = await gallerySteps(context, runId)
  if (!steps.includes(step))
    throw new NotFoundError(`${run.name} has no gallery samples of step ${step}. Steps with some: ${steps.join(', ') || 'none'}.`)
  const { count, levels, means, logProb } = await readSamples(join(galleryFolder(context.runs.folderOf(runId)), `${step}.safetensors`))
  const length = count === 0 ? 0 : levels.length / count
  return {
    recipe: galleryRecipe(run, step, count, length),
    domain: length === dimensionsOf(run.dataset.domain) ? run.dataset.domain : { ...run.dataset.domain, shape: [length] },
    levels: levelsFrom(levels, run.dataset.domain),
    means: means && new Uint8Array(means),
    logProb: [...logProb],
    ...givenLatents(run),
    seconds: 0,
    dimensionsPerSecond: 0,
  }
}

/** Training draws its gallery with the moving average, where there is one. */
const galleryWeights = ({ training }: Pick<RunRecord, 'training'>): 'raw' | 'ema' => (training.ema === null ? 'raw' : 'ema')

/** The seed is the same at every checkpoint of a run, so that the pictures show what training changed and nothing else. */
function galleryRecipe({ id, training, dataset }: RunRecord, checkpointStep: number, count: number, length: number): SampleSet['recipe'] {
  return {
    runId: id,
    checkpointStep,
    weights: galleryWeights({ training }),
    count: Math.max(1, count),
    seed: training.seed,
    temperature: 1,
    length: isSeries(dataset.domain) ? length : null,
    method: 'cached',
  }
}
