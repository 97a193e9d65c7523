/**
 * Stateless random numbers: each is a hash of what it is for (seed, purpose, example, dimension), so any of them can be drawn
 * again, in any order, without the ones before it. The mixer is Wellons' triple32, a bijection of 32-bit words.
 */
function mix(word: number): number {
  word ^= word >>> 17
  word = Math.imul(word, 0xed5ad4bb)
  word ^= word >>> 11
  word = Math.imul(word, 0xac4c1b51)
  word ^= word >>> 15
  word = Math.imul(word, 0x31848bab)
  return (word ^ (word >>> 14)) >>> 0
}

/** Separate streams of one seed. */
export const streams = { binarizeOnImport: 1, binarizeTrain: 2, binarizeValid: 3, binarizeTest: 4, splits: 5, generator: 6, holdOut: 7 } as const

/** A 32-bit key of some integers, each in ±2^53. */
export function hashKey(...parts: number[]): number {
  let key = 0x9e3779b9
  for (const part of parts) {
    key = mix((key ^ (part >>> 0)) >>> 0)
    key = mix((key + Math.imul(Math.floor(part / 4294967296) | 0, 0x85ebca6b) + 0x27d4eb2f) >>> 0)
  }
  return key
}

/** The `index`-th 32-bit number of a key. */
export function randomWord(key: number, index: number): number {
  return mix((mix((key + Math.imul(index, 0x9e3779b9)) >>> 0) ^ key) >>> 0)
}

/** The `index`-th uniform number of a key, in [0, 1). */
export function randomUniform(key: number, index: number): number {
  return randomWord(key, index) / 4294967296
}

/** A random number generator that walks along one key. */
export interface RandomSequence {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Uniform integer 0…count−1. */
  integer(count: number): number
  /** Standard normal (Box–Muller). */
  normal(): number
}

export function randomSequence(...parts: number[]): RandomSequence {
  const key = hashKey(...parts)
  let index = 0
  const uniform = () => randomUniform(key, index++)
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    integer: (count) => Math.floor(uniform() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}

/** The numbers 0…count−1 in a random order (Fisher–Yates). */
export function permutation(count: number, ...parts: number[]): Uint32Array {
  const random = randomSequence(...parts)
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const swapped = order[last]!
    order[last] = order[other]!
    order[other] = swapped
  }
  return order
}
