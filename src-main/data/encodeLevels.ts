import type { ImportOptions } from '../contract/records/dataset'
import { hashKey, randomUniform, streams } from './hashRandom'

export interface LevelEncoding {
  /** Levels K of the data set. */
  levels: number
  /** Levels of one example, 0…`given`−1, to what the store holds; `index` is the example's number in reading order. */
  encode(given: Uint8Array, index: number): Uint8Array
  /** Words for the variant; null when levels are kept as they are. */
  note: string | null
}

/**
 * Turns levels 0…given−1 into those of the data set by the user's options. With intensity g = level / (given − 1):
 *   threshold   x = 1 where g > threshold
 *   stochastic  x ~ Bernoulli(g), drawn once from (seed, example, dimension)
 *   dynamic     the store holds 255 · g, and the reader draws anew
 *   levels K    x = ⌊255 g · K / 256⌋
 * Data that are binary already stay as they are under all of these.
 */
export function levelEncoding(given: number, options: Pick<ImportOptions, 'binarize' | 'threshold' | 'seed' | 'levels'>): LevelEncoding {
  const { binarize = 'none', threshold, seed } = options
  const same = { encode: (values: Uint8Array) => values, note: null }
  if (given === 2) return binarize === 'dynamic' ? { levels: 2, encode: (values) => values.map((value) => value * 255), note: null } : { levels: 2, ...same }
  const intensity = Uint8Array.from({ length: given }, (_, level) => Math.round((255 * level) / (given - 1)))
  if (binarize === 'threshold') {
    const table = intensity.map((value) => (value / 255 > threshold ? 1 : 0))
    return { levels: 2, encode: byTable(table), note: `threshold ${threshold}` }
  }
  if (binarize === 'stochastic') {
    const encode = (values: Uint8Array, index: number) => {
      const key = hashKey(seed, streams.binarizeOnImport, index)
      return values.map((value, dimension) => (randomUniform(key, dimension) * 255 < intensity[value]! ? 1 : 0))
    }
    return { levels: 2, encode, note: `stochastic binarisation, seed ${seed}, frozen` }
  }
  if (binarize === 'dynamic') return { levels: 2, encode: given === 256 ? same.encode : byTable(intensity), note: 'dynamic binarisation' }
  const levels = options.levels ?? given
  if (levels === given) return { levels, ...same }
  return { levels, encode: byTable(intensity.map((value) => Math.floor((value * levels) / 256))), note: null }
}

function byTable(table: Uint8Array): (values: Uint8Array) => Uint8Array {
  return (values) => values.map((value) => table[value]!)
}

/** Stored values of a preview -> display intensities 0…255; greys of dynamic binarisation are shown as they are. */
export function displayIntensities(stored: Uint8Array, levels: number, dynamic: boolean): Uint8Array {
  return dynamic || levels === 256 ? stored : stored.map((level) => Math.round((255 * level) / (levels - 1)))
}
