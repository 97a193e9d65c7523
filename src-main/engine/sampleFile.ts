import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StorageError } from '../storage/atomicWrite'
import { readSafetensors, writeSafetensors } from '../storage/safetensors'
import type { StoredTensor, TensorData } from '../storage/safetensors'
import type { LevelArray } from '../contract/levels'

/** Samples of the gallery: safetensors with levels U8 (U16 of more than 256) [n, D], means U8 [n, D] where there are any, logProb F32 [n] in nats. */
export interface StoredSamples {
  /** n × D levels. */
  levels: LevelArray
  /** n × D mean intensities 0…255 along the sampled path; null where the domain has none. */
  means: Uint8Array | null
  logProb: Float32Array
}

export async function writeSamples(path: string, { levels, means, logProb }: StoredSamples): Promise<void> {
  const count = logProb.length
  const shape = [count, count === 0 ? 0 : levels.length / count]
  const tensors = new Map<string, StoredTensor>([
    ['levels', { shape, data: levels }],
    ['logProb', { shape: [count], data: logProb }],
  ])
  if (means) tensors.set('means', { shape, data: means })
  await mkdir(dirname(path), { recursive: true })
  await writeSafetensors(path, tensors)
}

export async function readSamples(path: string): Promise<StoredSamples & { count: number }> {
  const { tensors } = await readSafetensors(path)
  const typed = <T extends TensorData>(name: string, Type: new (length: number) => T): T => {
    const data = tensors.get(name)?.data
    if (!(data instanceof Type)) throw new StorageError(`${path} is not a file of samples: it lacks '${name}'.`, path)
    return data
  }
  const logProb = typed('logProb', Float32Array)
  return { count: logProb.length, levels: tensors.get('levels')?.data instanceof Uint16Array ? typed('levels', Uint16Array) : typed('levels', Uint8Array), means: tensors.has('means') ? typed('means', Uint8Array) : null, logProb }
}
