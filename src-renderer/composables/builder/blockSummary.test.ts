import { expect, it } from 'vitest'
import { blockSummary } from './blockSummary'

it('says the main settings of a block and leaves out what is off', () => {
  expect(blockSummary({ kind: 'masked-conv', mask: 'A', kernel: 7, channels: 32, relu: false })).toBe('mask A · 7 × 7 · channels 32')
  expect(blockSummary({ kind: 'masked-conv', mask: 'B', kernel: 1, channels: 32, relu: true })).toBe('mask B · 1 × 1 · channels 32 · relu')
  expect(blockSummary({ kind: 'transformer-block', heads: 2, feedForward: 64, dropout: 0.1 })).toBe('heads 2 · feed forward 64 · dropout 0.1')
  expect(blockSummary({ kind: 'image-input' })).toBe('')
})
