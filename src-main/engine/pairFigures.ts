import type { Domain } from '../contract/domain'
import { dimensionsOf } from '../contract/domain'
import { isPairs, scoredCharacters } from '../contract/text'
import type { SplitReader } from '../data/packedStore'
import type { LoopEvent } from '../ml/training/loop'

/** Pairs that are read at once. */
const TOGETHER = 4096

/** Mean characters of a target with its end, over all pairs of a split; null for data that is no pairs. */
export async function charactersPerPair(source: Pick<SplitReader, 'count' | 'read'>, domain: Domain): Promise<number | null> {
  if (!isPairs(domain) || source.count === 0) return null
  const size = dimensionsOf(domain)
  let characters = 0
  for (let first = 0; first < source.count; first += TOGETHER) {
    const rows = Math.min(TOGETHER, source.count - first)
    const levels = await source.read(Array.from({ length: rows }, (_value, row) => first + row), 0)
    for (let row = 0; row < rows; row++) characters += scoredCharacters(levels.subarray(row * size, (row + 1) * size), domain)
  }
  return characters / source.count
}

/**
 * Figures of training in bits per target character, as those of validation and scores are: nats per pair / (mean characters · ln 2). The loop
 * divides a loss by all positions of a pair, of which the source and what follows the end cost nothing.
 */
export function inBitsPerCharacter(event: LoopEvent, characters: number): LoopEvent {
  const bitsPerDim = (nats: number): number => nats / characters / Math.LN2
  if (event.type === 'metrics')
    return { ...event, points: event.points.map((point) => (point.kind === 'train' ? { ...point, bitsPerDim: bitsPerDim(point.nats) } : point)) }
  if (event.type === 'checkpoint') return { ...event, train: event.train && { ...event.train, bitsPerDim: bitsPerDim(event.train.nats) } }
  return event
}
