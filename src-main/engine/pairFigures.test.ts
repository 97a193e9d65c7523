import { expect, it } from 'vitest'
import type { LoopEvent } from '../ml/training/loop'
import { pairsDomain } from '../data/pairsSource'
import { levelsOfPair } from '../contract/text'
import { charactersPerPair, inBitsPerCharacter } from './pairFigures'

const pairs = [
  { source: 'abba', target: 'a' },
  { source: 'b', target: 'abb' },
]
const domain = pairsDomain(pairs)
const levels = Float32Array.from(pairs.flatMap((pair) => [...levelsOfPair(pair, domain)]))
const source = { count: 2, read: async () => levels }

it('training of pairs is quoted in bits per character of the target with its end', async () => {
  const characters = await charactersPerPair(source, domain)
  // Two and four, of nine positions each.
  expect(characters).toBe(3)
  const point = { kind: 'train', step: 1, epoch: 1, seconds: 1, nats: 3 * Math.LN2, bitsPerDim: 3 / 9 }
  const event = { type: 'metrics', points: [point, { ...point, kind: 'valid' }], fraction: 0, etaSeconds: null } as unknown as LoopEvent
  expect(inBitsPerCharacter(event, characters!)).toMatchObject({ points: [{ nats: 3 * Math.LN2, bitsPerDim: 1 }, { bitsPerDim: 3 / 9 }] })
  const checkpoint = { type: 'checkpoint', train: { nats: 6 * Math.LN2, bitsPerDim: 0 } } as unknown as LoopEvent
  expect(inBitsPerCharacter(checkpoint, characters!)).toMatchObject({ train: { bitsPerDim: 2 } })
})

it('other data has no such number', async () => {
  expect(await charactersPerPair(source, { ...domain, text: undefined })).toBeNull()
})
