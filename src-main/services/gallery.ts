import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dimensionsOf } from '../contract/domain'
import type { RunRecord } from '../contract/records/run'
import type { SampleSet } from '../contract/records/samples'
import { readSamples } from '../engine/sampleFile'
import type { StudioContext } from './context'
import { NotFoundError } from './errors'

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
    levels: new Uint8Array(levels),
    means: means && new Uint8Array(means),
    logProb: [...logProb],
    seconds: 0,
    dimensionsPerSecond: 0,
  }
}

/** The seed is the same at every checkpoint of a run, so that the pictures show what training changed and nothing else. */
function galleryRecipe({ id, training, dataset }: RunRecord, checkpointStep: number, count: number, length: number): SampleSet['recipe'] {
  return {
    runId: id,
    checkpointStep,
    weights: training.ema === null ? 'raw' : 'ema',
    count: Math.max(1, count),
    seed: training.seed,
    temperature: 1,
    length: dataset.domain.kind === 'audio' ? length : null,
    method: 'cached',
  }
}
