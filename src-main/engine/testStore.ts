import { join } from 'node:path'
import type { Domain } from '../contract/domain'
import { importOptionsSchema } from '../contract/records/dataset'
import { withStoreWriter } from '../data/storeWriter'
import { randomStream } from '../ml/tensor/random'

export const chainDomain: Domain = { kind: 'image', shape: [6, 6, 1], levels: 2, variableLength: false, encoding: 'linear' }
export const toneDomain: Domain = { kind: 'audio', shape: [1200], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' }

/** NLL in nats of the two exact models of the binary chains: pixels apart, and each pixel given the one before. */
export const chainNats = { independent: 36 * Math.LN2, chain: Math.LN2 + 35 * -(0.9 * Math.log(0.9) + 0.1 * Math.log(0.1)) }

const counts = { train: 600, valid: 200, test: 100 } as const

/** A packed store of 6 × 6 binary images in which each pixel repeats the one before with probability 0.9. */
export function writeChains(folder: string): Promise<string> {
  return writeStore(folder, chainDomain, 'u8', (stream) => {
    const levels = new Uint8Array(36)
    let value = stream.integer(2)
    for (let pixel = 0; pixel < 36; pixel++) {
      if (pixel > 0 && stream.uniform() < 0.1) value = 1 - value
      levels[pixel] = value
    }
    return levels
  }, counts)
}

/** A packed store of short clips: noisy tones of different pitch and length. */
export function writeTones(folder: string): Promise<string> {
  return writeStore(folder, toneDomain, 'i16', (stream) => {
    const frequency = 200 + 400 * stream.uniform()
    return Int16Array.from({ length: 700 + stream.integer(501) }, (_value, time) => 8000 * Math.sin((2 * Math.PI * frequency * time) / 8000) + 300 * stream.normal())
  }, { train: 24, valid: 6, test: 4 })
}

async function writeStore(
  folder: string,
  domain: Domain,
  dtype: 'u8' | 'i16',
  make: (stream: ReturnType<typeof randomStream>) => Uint8Array | Int16Array,
  sizes: Record<'train' | 'valid' | 'test', number>,
): Promise<string> {
  const target = join(folder, 'dataset')
  await withStoreWriter(target, { dtype }, async (writer) => {
    for (const split of ['train', 'valid', 'test'] as const) {
      for (let index = 0; index < sizes[split]; index++) await writer.append(split, make(randomStream(1, split, index)))
    }
    await writer.commit({ variableLength: domain.variableLength, labelIndex: null }, (summary) => ({
      type: 'dataset', version: 1, id: 'test', name: 'Test', createdAt: new Date(0).toISOString(), domain, ...summary, variant: 'made for a test',
      options: importOptionsSchema.parse({}), sources: [], rejected: [],
      statistics: { histogram: [], independentNats: 0, independentBitsPerDim: 0, uniformNats: 0, duplicates: 0 },
    }))
  })
  return target
}
