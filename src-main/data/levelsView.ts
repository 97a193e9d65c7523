import type { Domain, SplitName } from '../contract/domain'
import { isPcm, levelOfPcm } from '../contract/levels'
import { muLawTable } from '../contract/muLaw'
import type { ImportOptions } from '../contract/records/dataset'
import { hashKey, randomUniform, streams } from './hashRandom'

/** Writes the levels of stored `bytes`, which are those of one example from `firstDimension` on, to output[outputStart…]. */
export type ToLevels = (bytes: Uint8Array, output: Float32Array, outputStart: number, example: number, firstDimension: number, epoch: number) => void

/** How stored bytes become levels: as they are (of 16-bit audio the samples, from 0), through μ-law, or by a Bernoulli draw of each grey value (dynamic binarisation). */
export function levelsView(
  stored: { dtype: 'u8' | 'i16'; domain: Pick<Domain, 'encoding' | 'levels'> } & Pick<ImportOptions, 'binarize' | 'seed'>,
  split: SplitName,
): ToLevels {
  if (stored.dtype === 'i16' && isPcm(stored.domain)) {
    return (bytes, output, outputStart) => {
      for (let i = 0; i < bytes.length; i += 2) output[outputStart + (i >> 1)] = levelOfPcm(((bytes[i]! | (bytes[i + 1]! << 8)) << 16) >> 16)
    }
  }
  if (stored.dtype === 'i16') {
    const table = muLawTable()
    return (bytes, output, outputStart) => {
      for (let i = 0; i < bytes.length; i += 2) {
        const pcm = ((bytes[i]! | (bytes[i + 1]! << 8)) << 16) >> 16
        output[outputStart + (i >> 1)] = table[pcm + 32768]!
      }
    }
  }
  if (stored.binarize === 'dynamic') {
    const { seed } = stored
    const stream = { train: streams.binarizeTrain, valid: streams.binarizeValid, test: streams.binarizeTest }[split]
    return (bytes, output, outputStart, example, firstDimension, epoch) => {
      const key = hashKey(seed, stream, split === 'train' ? epoch : 0, example)
      for (let i = 0; i < bytes.length; i++) output[outputStart + i] = randomUniform(key, firstDimension + i) * 255 < bytes[i]! ? 1 : 0
    }
  }
  return (bytes, output, outputStart) => output.set(bytes, outputStart)
}
