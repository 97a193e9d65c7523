import { expect, it } from 'vitest'
import { blockSummary } from './blockSummary'

it('says the main settings of a block and leaves out what is off', () => {
  const convolution = { kind: 'masked-conv', channels: 32 }
  expect(blockSummary({ ...convolution, mask: 'A', kernel: 7, relu: false })).toBe('channels 32 · mask A · 7 × 7')
  expect(blockSummary({ ...convolution, mask: 'B', kernel: 1, relu: true })).toBe('channels 32 · mask B · 1 × 1 · relu')
  const transformer = { kind: 'transformer-block', heads: 2, feedForward: 64, dropout: 0.1 }
  expect(blockSummary(transformer)).toBe('heads 2 · feed forward 64 · dropout 0.1')
  expect(blockSummary({ kind: 'image-input' })).toBe('')
})
