import { expect, it } from 'vitest'
import { searchPalette } from './paletteSearch'

const entries = [
  { kind: 'gated-layer', title: 'Gated layer', description: 'tanh and sigma gates' },
  { kind: 'causal-attention', title: 'Causal attention', description: 'Looks at any earlier pixel' },
  { kind: 'transformer-block', title: 'Transformer block', description: 'Attention, then a feed-forward part' },
]
const kinds = (query: string): string[] => searchPalette(entries, query).map(({ kind }) => kind)

it('finds blocks by name and by what they do, names first', () => {
  expect(kinds('')).toHaveLength(3)
  expect(kinds('ATTENTION')).toEqual(['causal-attention', 'transformer-block'])
  expect(kinds('earlier pixel')).toEqual(['causal-attention'])
  expect(kinds('layer gated')).toEqual(['gated-layer'])
  expect(kinds('wavelet')).toEqual([])
})
