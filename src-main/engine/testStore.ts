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

/** As `writeChains`, with two classes: in class 1 each pixel repeats the one before with probability 0.1. */
export function writeLabelledChains(folder: string): Promise<string> {
  return writeStore(folder, { ...chainDomain, classes: 2 }, 'u8', (stream, index) => {
    const levels = new Uint8Array(36)
    let value = stream.integer(2)
    for (let pixel = 0; pixel < 36; pixel++) {
      if (pixel > 0 && stream.uniform() < (index % 2 === 0 ? 0.1 : 0.9)) value = 1 - value
      levels[pixel] = value
    }
    return levels
  }, counts, { labelOf: (index) => index % 2 })
}

/** Grey 28 × 28 images under dynamic binarisation, which draws every pixel of every batch anew: the dearest to read. */
export function writeGreys(folder: string, examples: number): Promise<string> {
  return writeStore(folder, { ...chainDomain, shape: [28, 28, 1] }, 'u8', (stream) => Uint8Array.from({ length: 784 }, () => stream.integer(256)), { train: examples, valid: 0, test: 0 }, { binarize: 'dynamic' })
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
  make: (stream: ReturnType<typeof randomStream>, index: number) => Uint8Array | Int16Array,
  sizes: Record<'train' | 'valid' | 'test', number>,
  { labelOf, binarize }: { labelOf?: (index: number) => number; binarize?: 'dynamic' } = {},
): Promise<string> {
  const target = join(folder, 'dataset')
  await withStoreWriter(target, { dtype }, async (writer) => {
    for (const split of ['train', 'valid', 'test'] as const) {
      for (let index = 0; index < sizes[split]; index++) await writer.append(split, make(randomStream(1, split, index), index), labelOf ? { label: labelOf(index) } : {})
    }
    await writer.commit({ variableLength: domain.variableLength, labelIndex: labelOf ? [0, 1] : null }, (summary) => ({
      type: 'dataset', version: 1, id: 'test', name: 'Test', createdAt: new Date(0).toISOString(), domain, ...summary, variant: 'made for a test',
      options: importOptionsSchema.parse(binarize ? { binarize } : {}), sources: [], rejected: [],
      statistics: { histogram: [], independentNats: 0, independentBitsPerDim: 0, uniformNats: 0, duplicates: 0 },
    }))
  })
  return target
}
