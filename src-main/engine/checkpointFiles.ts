import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model } from '../ml/models/model'
import type { LearnerState, TensorMap } from '../ml/training/learner'
import { StorageError, storageError, syncFolder } from '../storage/atomicWrite'
import { readSafetensors, writeSafetensors } from '../storage/safetensors'

/**
 * The tensors of a checkpoint: weights.safetensors, ema.safetensors where there is an average, both with the parameters' canonical names
 * and layouts; optimizer.safetensors with Adam's moments as 'm.<name>' and 'v.<name>' (absent for models that are fitted by counting).
 */
export const checkpointFiles = { weights: 'weights.safetensors', ema: 'ema.safetensors', optimizer: 'optimizer.safetensors' } as const

export interface CheckpointTensors {
  weights: TensorMap
  ema: TensorMap | null
  optimizer: Pick<LearnerState, 'firstMoment' | 'secondMoment'> | null
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
  const moments = optimizer && new Map([...prefixed('m.', optimizer.firstMoment), ...prefixed('v.', optimizer.secondMoment)])
  const content: [string, TensorMap | null][] = [[checkpointFiles.weights, weights], [checkpointFiles.ema, ema], [checkpointFiles.optimizer, moments]]
  const files: { name: string; bytes: number; sha256: string }[] = []
  for (const [name, tensors] of content) {
    if (tensors) files.push({ name, ...(await writeSafetensors(join(folder, name), tensors, metadata)) })
  }
  await syncFolder(folder)
  return { folder, files }
}

/** The weights of a checkpoint, checked against the model's parameters. */
export function readWeights(folder: string, model: Model, weights: 'raw' | 'ema'): Promise<TensorMap> {
  return readTensors(join(folder, weights === 'raw' ? checkpointFiles.weights : checkpointFiles.ema), model, '')
}

/** Everything of a checkpoint that training needs to go on exactly. */
export async function readLearnerState(folder: string, model: Model, withEma: boolean): Promise<LearnerState> {
  const optimizer = join(folder, checkpointFiles.optimizer)
  return {
    weights: await readWeights(folder, model, 'raw'),
    ema: withEma ? await readWeights(folder, model, 'ema') : null,
    firstMoment: await readTensors(optimizer, model, 'm.'),
    secondMoment: await readTensors(optimizer, model, 'v.'),
  }
}

async function readTensors(path: string, model: Model, prefix: string): Promise<TensorMap> {
  const { tensors } = await readSafetensors(path)
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
