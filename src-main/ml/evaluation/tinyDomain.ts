import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { numbersOf } from '../tensor/numbersOf'
import { tf } from '../tensor/tf'
import type { ExampleSource } from './exampleSource'
import type { LogProbFunction } from './logProb'

const MOST_DIMENSIONS = 16

/** Whether every state can be looked at: binary vectors of at most 16 dimensions. */
export const isTiny = (domain: Domain): boolean =>
  domain.levels === 2 && domain.kind !== 'audio' && !domain.variableLength && dimensionsOf(domain) <= MOST_DIMENSIONS

/** Entropy in nats of the distribution that counts of states make: −Σ c/N log c/N. */
export function entropyOfCounts(counts: Iterable<number>): number {
  let [total, sum] = [0, 0]
  for (const count of counts) {
    if (count <= 0) continue
    total += count
    sum += count * Math.log(count)
  }
  return total === 0 ? 0 : Math.log(total) - sum / total
}

/**
 * KL(data ‖ model) = Σ_x p(x) log p(x)/q(x) in nats, p the frequencies of a split and q the model: its mean NLL less the split's entropy.
 * Never negative, save by rounding.
 */
export const divergenceFromData = (meanNats: number, dataEntropy: number): number => meanNats - dataEntropy

/** Entropy in nats of the frequencies of whole examples in a split of a tiny domain. */
export async function entropyOfSplit(source: ExampleSource, breathe: () => Promise<void>): Promise<number> {
  const counts = new Map<number, number>()
  const together = 1024
  for (let first = 0; first < source.count; first += together) {
    const rows = Math.min(together, source.count - first)
    const levels = await source.read(Array.from({ length: rows }, (_value, offset) => first + offset), 0)
    const dimensions = levels.length / rows
    for (let row = 0; row < rows; row++) {
      const state = levels.subarray(row * dimensions, (row + 1) * dimensions).reduce((number, bit) => 2 * number + bit, 0)
      counts.set(state, (counts.get(state) ?? 0) + 1)
    }
    await breathe()
  }
  return entropyOfCounts(counts.values())
}

/** Σ_x q(x) over all 2^D states, by batches of one static shape: 1 but for rounding. */
export async function totalProbability(
  logProb: LogProbFunction,
  domain: Domain,
  batchSize: number,
  breathe: () => Promise<void>,
): Promise<number> {
  const dimensions = dimensionsOf(domain)
  const states = 2 ** dimensions
  let total = 0
  for (let first = 0; first < states; first += batchSize) {
    const levels = new Float32Array(batchSize * dimensions)
    for (let row = 0; row < batchSize; row++)
      for (let bit = 0; bit < dimensions; bit++) levels[row * dimensions + bit] = ((first + row) >> (dimensions - 1 - bit)) & 1
    const sums = numbersOf(() => tf.sum(logProb(tf.tensor2d(levels, [batchSize, dimensions])), 1))
    for (let row = 0; row < Math.min(batchSize, states - first); row++) total += Math.exp(sums[row]!)
    await breathe()
  }
  return total
}
