import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import { readSafetensors, writeSafetensors } from '../storage/safetensors'
import type { StoredTensor } from '../storage/safetensors'
import type { RunStore } from './runStore'

type Score = RunRecord['scores'][number]

/** The NLL of each example of a score: 8 bytes an example beside the run. */
export interface PerExample {
  /** −log p of each example in nats. */
  nats: Float64Array
  /** Dimensions (audio: samples) of each example; one number where all are alike. */
  dimensions: Int32Array
  /** Which examples of the split; null: all, in order. */
  indices: Int32Array | null
}

/** The same scoring done again takes the place of the first. */
export function perExampleFile({ checkpointStep, weights, split, dataset, members, examples }: Omit<Score, 'perExample'>): string {
  return `scores/${checkpointStep}-${weights}-${split}-${dataset}-${members ?? 1}-${examples}.safetensors`
}

interface Scored {
  nats: readonly number[]
  dimensions: readonly number[]
  subset: { indices: readonly number[] } | null
}

export async function writePerExample(runFolder: string, file: string, { nats, dimensions, subset }: Scored): Promise<void> {
  const alike = dimensions.every((count) => count === dimensions[0])
  const vector = (data: Float64Array | Int32Array): StoredTensor => ({ shape: [data.length], data })
  const tensors = new Map([
    ['nats', vector(Float64Array.from(nats))],
    ['dimensions', vector(Int32Array.from(alike ? dimensions.slice(0, 1) : dimensions))],
    ...(subset ? [['indices', vector(Int32Array.from(subset.indices))] as const] : []),
  ])
  const path = join(runFolder, file)
  await mkdir(dirname(path), { recursive: true })
  await writeSafetensors(path, tensors, { format: 'chainrule', unit: 'nats' })
}

/** UserError when the score keeps none, or when what is kept is of another scoring. */
export async function readPerExample(runs: Pick<RunStore, 'folderOf'>, run: Pick<RunRecord, 'id' | 'name'>, score: Score): Promise<PerExample> {
  const again = { mend: `Score ${run.name} again on its ${score.split} split.` }
  const path = score.perExample === undefined ? null : join(runs.folderOf(run.id), score.perExample)
  if (path === null || !existsSync(path))
    throw new UserError(`The score of ${run.name} on the ${score.split} split does not keep the NLL of each example.`, again)
  const { tensors } = await readSafetensors(path)
  const nats = tensors.get('nats')?.data
  const dimensions = tensors.get('dimensions')?.data
  const indices = tensors.get('indices')?.data ?? null
  if (!(nats instanceof Float64Array) || !(dimensions instanceof Int32Array) || (indices && !(indices instanceof Int32Array)))
    throw new UserError(`${path} does not hold the NLLs of a score.`, again)
  const counted = dimensions.length === 1 ? dimensions[0]! * nats.length : dimensions.reduce((sum, count) => sum + count, 0)
  const total = nats.reduce((sum, value) => sum + value, 0)
  // The file of a step is written anew when a run that was set back is scored there again: then older scores have lost theirs.
  if (nats.length !== score.examples || Math.abs(total / counted / Math.LN2 - score.bitsPerDim) > 1e-6 * Math.abs(score.bitsPerDim) + 1e-9)
    throw new UserError(`The NLLs that are kept for the score of ${run.name} belong to another scoring.`, again)
  return { nats, dimensions, indices: indices as Int32Array | null }
}

/** Deletes the files of scores that are no longer remembered. */
export async function forgetPerExample(runFolder: string, before: readonly Score[], after: readonly Score[]): Promise<void> {
  const kept = new Set(after.map(({ perExample }) => perExample))
  for (const { perExample } of before) if (perExample && !kept.has(perExample)) await rm(join(runFolder, perExample), { force: true })
}
