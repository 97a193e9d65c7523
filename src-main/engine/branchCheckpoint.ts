import { join } from 'node:path'
import type { TrainingConfig } from '../contract/records/training'
import type { TensorMap } from '../ml/training/learner'
import { createOptimizer } from '../ml/training/optimizers'
import { freshTrainerState, parseTrainerState } from '../ml/training/trainerState'
import type { TrainerState } from '../ml/training/trainerState'
import { weightsHash } from '../ml/training/weightsHash'
import { StorageError } from '../storage/atomicWrite'
import { readSafetensors } from '../storage/safetensors'
import { checkpointFiles, writeCheckpointTensors } from './checkpointFiles'

export interface BranchTensors {
  /** The parent's checkpoint. */
  from: string
  hasEma: boolean
  /** The new run's folder and first step. */
  runFolder: string
  step: number
  family: string
  training: TrainingConfig
  weights: 'raw' | 'ema'
  optimizer: 'keep' | 'fresh'
}

/**
 * The tensors that a branch begins with: the chosen weights; where there is to be a moving average, the parent's beside raw weights, or else
 * the weights themselves; the optimizer's state, kept or zero. Raw weights, kept state and the same settings are the parent's own files over
 * again, so that training goes on exactly as the parent's would.
 */
export async function writeBranchTensors({ from, hasEma, runFolder, step, family, training, weights, optimizer }: BranchTensors) {
  const chosen = await tensorsAt(join(from, weights === 'raw' ? checkpointFiles.weights : checkpointFiles.ema))
  const ema = training.ema === null ? null : weights === 'raw' && hasEma ? await tensorsAt(join(from, checkpointFiles.ema)) : chosen
  const { slots } = createOptimizer(training).rule
  const state =
    optimizer === 'fresh'
      ? Object.fromEntries(slots.map((slot) => [slot, zeros(chosen)]))
      : Object.fromEntries(slots.map((slot) => [slot, new Map<string, { shape: number[]; data: Float32Array }>()]))
  if (optimizer === 'keep') {
    const kept = await tensorsAt(join(from, checkpointFiles.optimizer))
    for (const slot of slots)
      for (const name of chosen.keys()) {
        const value = kept.get(`${slot}.${name}`)
        if (!value) throw new StorageError(`${join(from, checkpointFiles.optimizer)} lacks '${slot}.${name}'. Begin with a fresh optimizer state.`, from)
        state[slot]!.set(name, value)
      }
  }
  const metadata = { format: 'chainrule', family, step: String(step) }
  const written = await writeCheckpointTensors(runFolder, step, { weights: chosen, ema, optimizer: { kind: training.optimizer.kind, slots: state } }, metadata)
  return { ...written, weightsHash: weightsHash(chosen) }
}

export interface BranchStart {
  optimizer: 'keep' | 'fresh'
  /** The parent's trainerState. */
  state: unknown
  /** Whether batches are the same ones in the same order as the parent's. */
  sameBatches: boolean
  /** Validation NLL of the weights that the branch begins with, where it is known. */
  valid: { nats: number; bitsPerDim: number } | null
}

/**
 * Where the branch's trainer stands. Its clock is its own; with other batches than the parent's it begins at the next epoch, for a place in the
 * parent's means nothing there.
 */
export function branchTrainerState({ optimizer, state, sameBatches, valid }: BranchStart): TrainerState {
  if (optimizer === 'fresh') return { ...freshTrainerState(), best: valid && { step: 0, ...valid } }
  const parent = parseTrainerState(state)
  const place = sameBatches ? {} : { epoch: parent.epoch + (parent.batch > 0 ? 1 : 0), batch: 0, recent: [] }
  return { ...parent, ...place, seconds: 0, best: valid && { step: parent.step, ...valid }, validationsWithoutImprovement: 0 }
}

async function tensorsAt(path: string): Promise<TensorMap> {
  const { tensors } = await readSafetensors(path)
  return new Map(
    [...tensors].map(([name, { shape, data }]) => {
      if (!(data instanceof Float32Array)) throw new StorageError(`'${name}' of ${path} is not of type F32.`, path)
      return [name, { shape: [...shape], data }]
    }),
  )
}

const zeros = (tensors: TensorMap): TensorMap => new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]))
