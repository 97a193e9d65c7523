import type { CheckpointSelector } from '../../contract/contract'
import type { NllMap } from '../../contract/likelihood'
import type { CompletionSet } from '../../contract/records/completion'
import type { SampleSet, WavFormat } from '../../contract/records/samples'
import type { StudioContext } from '../context'
import { allMetrics } from '../runs'
import { selectCheckpoint } from '../selectCheckpoint'
import { fingerprintOf, runArchive } from '../archives/runArchive'
import type { RunArchiveInput } from '../archives/runArchive'
import { completionGridPng } from './completionGrid'
import type { GridOptions } from './imageGrid'
import { imageGridPng } from './imageGrid'
import { metricsCsv } from './metricsCsv'
import { modelArchive } from './modelArchive'
import { nllMapPng } from './nllMap'
import { eventFile, eventFileName } from './tensorboard'
import { sampleWav } from './waveform'

const stem = ({ recipe }: SampleSet): string => `${recipe.runId}-step${recipe.checkpointStep}-seed${recipe.seed}`

/** A typed array's own bytes, for `File` takes no view of a shared buffer. */
const part = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

export async function exportPng({ set, ...options }: { set: SampleSet } & GridOptions): Promise<File> {
  const suffix = options.what === 'means' ? '-probabilities' : ''
  return new File([part(await imageGridPng(set, options))], `${stem(set)}${suffix}.png`, { type: 'image/png' })
}

export async function exportCompletions({ set, scale }: { set: CompletionSet; scale: number }): Promise<File> {
  const { runId, checkpointStep, seed } = set.recipe
  return new File([part(await completionGridPng(set, scale))], `${runId}-step${checkpointStep}-seed${seed}-completions.png`, { type: 'image/png' })
}

export async function exportMap({ map, scale }: { map: NllMap; scale: number }): Promise<File> {
  return new File([part(await nllMapPng(map, scale))], 'nll-map.png', { type: 'image/png' })
}

export function exportWav({ set, index, ...options }: { set: SampleSet; index: number; format: WavFormat; recipe?: Record<string, unknown> | undefined }): File {
  return new File([part(sampleWav(set, index, options))], `${stem(set)}-${index}.wav`, { type: 'audio/wav' })
}

export function exportModel(
  context: StudioContext,
  { runId, checkpoint }: { runId: string; checkpoint: CheckpointSelector },
): Promise<File> {
  const title = `Exporting ${context.runs.get(runId).name}`
  return context.jobs.run({ kind: 'export', title, runId }, async () => {
    const selected = await selectCheckpoint(context, runId, checkpoint)
    return new File([part(await modelArchive(selected, fingerprintOf(context, selected.run)))], `${runId}-step${selected.checkpoint.step}.zip`, { type: 'application/zip' })
  })
}

export function exportRun(context: StudioContext, input: RunArchiveInput): Promise<File> {
  const { id, name } = context.runs.get(input.runId)
  return context.jobs.run({ kind: 'export', title: `Exporting ${name}`, runId: id }, async () => {
    return new File([part(await runArchive(context, input))], `${id}.chainrule-run.zip`, { type: 'application/zip' })
  })
}

export async function exportTensorboard(context: StudioContext, { runId }: { runId: string }): Promise<File> {
  const run = context.runs.get(runId)
  const { records } = await context.runs.histograms(runId)
  const bytes = eventFile({ start: Date.parse(run.createdAt) / 1000, points: await allMetrics(context, runId), histograms: records })
  return new File([part(bytes)], eventFileName(run), { type: 'application/octet-stream' })
}

export async function exportMetricsCsv(context: StudioContext, { runId }: { runId: string }): Promise<File> {
  return new File([metricsCsv(await allMetrics(context, runId))], `${runId}-metrics.csv`, { type: 'text/csv' })
}
