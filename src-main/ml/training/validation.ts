import type { ExampleSource } from '../evaluation/exampleSource'
import { randomStream } from '../tensor/random'

/**
 * The examples scored at each validation: all, or a fixed choice of `count` in which every class has its share. Depends on the seed alone.
 */
export async function validationIndices(source: ExampleSource, count: number | null, seed: number): Promise<Uint32Array> {
  const shuffled = randomStream(seed, 'validation').permutation(source.count)
  if (count === null || count >= source.count) return shuffled.sort()
  const labels = await source.labelsOf(shuffled)
  const byClass = Array.from(shuffled.keys())
  if (labels) byClass.sort((a, b) => labels[a]! - labels[b]! || a - b)
  // Every (n / count)-th of the examples ordered by class.
  return Uint32Array.from({ length: count }, (_value, index) => shuffled[byClass[Math.floor(((index + 0.5) * source.count) / count)]!]!).sort()
}
