import type { TextPair } from '../../contract/text'
import { randomSequence, streams } from '../hashRandom'

export const PAIR_ALPHABET = 'abcdefghij'
const SHORTEST = 5
const LONGEST = 20

export type PairTask = 'reversed' | 'sorted'

/** One string of 5 to 20 letters a to j, each length as likely as any other, and the same letters reversed or in their order. */
export function drawPair(task: PairTask, seed: number, index: number): TextPair {
  const random = randomSequence(seed, streams.generator, index)
  const length = SHORTEST + random.integer(LONGEST - SHORTEST + 1)
  const letters = Array.from({ length }, () => PAIR_ALPHABET[random.integer(PAIR_ALPHABET.length)]!)
  const target = task === 'reversed' ? letters.toReversed() : letters.toSorted()
  return { source: letters.join(''), target: target.join('') }
}

/** A pair that uses every letter at the greatest length: what room they all need. */
export const longestPair = (): TextPair => ({ source: PAIR_ALPHABET.repeat(LONGEST / PAIR_ALPHABET.length), target: PAIR_ALPHABET.repeat(LONGEST / PAIR_ALPHABET.length) })
