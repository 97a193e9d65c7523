import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model } from '../ml/models/model'
import type { OptimizerKind } from '../contract/records/optimizer'
import type { LearnerState, TensorMap } from '../ml/training/learner'
import { createOptimizer } from '../ml/training/optimizers'
import type { OptimizerOptions } from '../ml/training/optimizers'
import { StorageError, storageError, syncFolder } from '../storage/atomicWrite'
import { readSafetensors, writeSafetensors } from '../storage/safetensors'

/**
 * The tensors of a checkpoint: weights.safetensors, ema.safetensors where there is an average, both with the parameters' canonical names
 * and layouts; optimizer.safetensors with what the optimizer keeps as '<slot>.<name>', Adam's moments as 'm.<name>' and 'v.<name>' (absent
 * for models that are fitted by counting). Its metadata names the optimizer; a file without that name, of an older version, is Adam's.
 */
export const checkpointFiles = { weights: 'weights.safetensors', ema: 'ema.safetensors', optimizer: 'optimizer.safetensors' } as const

export interface CheckpointTensors {
  weights: TensorMap
  ema: TensorMap | null
  optimizer: { kind: OptimizerKind; slots: LearnerState['slots'] } | null
}

/** Writes the tensors of a step into `<runFolder>/checkpoints/<step>.partial/`, which main completes and renames. */
export async function writeCheckpointTensors(runFolder: string, step: number, { weights, ema, optimizer }: CheckpointTensors, metadata: Record<string, string>) {
  const folder = join(runFolder, 'checkpoints', `${step}.partial`)
  try {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw storageError('make', folder, error)
  }
  const slots = optimizer && new Map(Object.entries(optimizer.slots).flatMap(([slot, tensors]) => [...prefixed(`${slot}.`, tensors)]))
  const content: [string, TensorMap | null][] = [[checkpointFiles.weights, weights], [checkpointFiles.ema, ema], [checkpointFiles.optimizer, slots]]
  const files: { name: string; bytes: number; sha256: string }[] = []
  for (const [name, tensors] of content) {
    const described = name === checkpointFiles.optimizer && optimizer ? { ...metadata, optimizer: optimizer.kind } : metadata
    if (tensors) files.push({ name, ...(await writeSafetensors(join(folder, name), tensors, described)) })
  }
  await syncFolder(folder)
  return { folder, files }
}

/** The weights of a checkpoint, checked against the model's parameters. */
export function readWeights(folder: string, model: Model, weights: 'raw' | 'ema'): Promise<TensorMap> {
  return readTensors(join(folder, weights === 'raw' ? checkpointFiles.weights : checkpointFiles.ema), model, '')
}

/** Everything of a checkpoint that training needs to go on exactly. */
export async function readLearnerState(folder: string, model: Model, training: OptimizerOptions & { ema: number | null }): Promise<LearnerState> {
  return {
    weights: await readWeights(folder, model, 'raw'),
    ema: training.ema === null ? null : await readWeights(folder, model, 'ema'),
    slots: await readSlots(join(folder, checkpointFiles.optimizer), model, training),
  }
}

async function readSlots(path: string, model: Model, training: OptimizerOptions): Promise<LearnerState['slots']> {
  const content = await readSafetensors(path)
  const saved = content.metadata.optimizer ?? 'adam'
  const wanted = training.optimizer?.kind ?? 'adam'
  if (saved !== wanted) {
    throw new StorageError(`${path} holds the state of the optimizer '${saved}', but the run trains with '${wanted}'. Continue with '${saved}', or start anew.`, path)
  }
  return Object.fromEntries(createOptimizer(training).rule.slots.map((slot) => [slot, tensorsOf(content, path, model, `${slot}.`)]))
}

const readTensors = async (path: string, model: Model, prefix: string): Promise<TensorMap> => tensorsOf(await readSafetensors(path), path, model, prefix)

function tensorsOf({ tensors }: Awaited<ReturnType<typeof readSafetensors>>, path: string, model: Model, prefix: string): TensorMap {
  const refuse = (what: string): never => {
    throw new StorageError(`${path} does not belong to this model: ${what}. Choose a checkpoint of the same run.`, path)
  }
  const found: TensorMap = new Map()
  for (const { name, shape } of model.parameters) {
    const tensor = tensors.get(prefix + name) ?? refuse(`it lacks '${prefix + name}'`)
    if (!(tensor.data instanceof Float32Array)) return refuse(`'${prefix + name}' is not of type F32`)
    if (tensor.shape.join() !== shape.join()) return refuse(`'${prefix + name}' has shape [${tensor.shape.join(', ')}] where [${shape.join(', ')}] is expected`)
    found.set(name, { shape, data: tensor.data })
  }
  return found
}

function prefixed(prefix: string, tensors: TensorMap): TensorMap {
  return new Map([...tensors].map(([name, value]) => [prefix + name, value]))
}
