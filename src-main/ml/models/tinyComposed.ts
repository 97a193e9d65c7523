import { audioDomain, imageDomain, tableDomain } from './testSupport'
import type { TinyCase } from './tinyCase'

/** Lists of blocks. */
export const tinyComposed: readonly TinyCase[] = [
  {
    family: 'composed',
    title: 'audio read by its amplitudes, with a mixture of logistics',
    config: {
      layout: 'sequence',
      blocks: [
        { kind: 'sequence-embedding', channels: 6, shift: 1, of: 'amplitudes' },
        { kind: 'gated-residual', kernel: 2, dilation: 2, skip: 0, residual: true },
        { kind: 'recurrent', cell: 'lstm', hidden: 6 },
        { kind: 'projection-head', components: 2 },
      ],
    },
    domain: audioDomain(4, 5),
  },
  {
    family: 'composed',
    title: 'gated layers and residual blocks with attention in between, class-conditional',
    config: {
      blocks: [
        { kind: 'image-input' },
        { kind: 'condition-input', of: 'class', size: 3 },
        { kind: 'gated-input', kernel: 3, channels: 5 },
        { kind: 'gated-layer', kernel: 3 },
        { kind: 'causal-attention', heads: 2, width: 6 },
        { kind: 'masked-residual', kernel: 3, bottleneck: 4 },
        { kind: 'gated-layer', kernel: 5 },
        { kind: 'masked-conv', mask: 'B', kernel: 3, channels: 6, relu: true },
        { kind: 'image-head' },
      ],
    },
    domain: { ...imageDomain(3, 3, 1, 2), classes: 3 },
    condition: [1],
  },
  {
    family: 'composed',
    title: 'RGB: a Row LSTM, a spatial LSTM, attention, a pair of gated stacks and a Diagonal BiLSTM',
    config: {
      blocks: [
        { kind: 'image-input' },
        { kind: 'masked-conv', mask: 'A', kernel: 3, channels: 7 },
        { kind: 'row-lstm', hidden: 5, kernel: 3 },
        { kind: 'spatial-lstm', hidden: 5, mask: 'B', kernel: 3 },
        { kind: 'causal-attention', heads: 1, width: 4 },
        { kind: 'gated-input', kernel: 3, channels: 6 },
        { kind: 'gated-layer', kernel: 3 },
        { kind: 'diagonal-bilstm', hidden: 4 },
        { kind: 'masked-conv', mask: 'B', kernel: 1, channels: 9, relu: false },
        { kind: 'image-head' },
      ],
    },
    domain: imageDomain(2, 2, 3, 2),
  },
  {
    family: 'composed',
    title: 'RGB, four levels: a spatial LSTM first, mixture of logistics',
    config: {
      blocks: [
        { kind: 'image-input' },
        { kind: 'spatial-lstm', hidden: 6, mask: 'A', kernel: 3 },
        { kind: 'masked-residual', kernel: 3, bottleneck: 5 },
        { kind: 'image-head', components: 2 },
      ],
    },
    domain: imageDomain(1, 2, 3, 4),
  },
  {
    family: 'composed',
    title: 'dilated convolutions, a Transformer block and GRUs in a random order, class-conditional',
    config: {
      layout: 'sequence',
      ordering: 'random',
      orderingSeed: 3,
      blocks: [
        { kind: 'sequence-embedding', channels: 6 },
        { kind: 'condition-input', of: 'class', size: 2 },
        { kind: 'recurrent', cell: 'rnn', hidden: 6 },
        { kind: 'position-embedding' },
        { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 0 },
        { kind: 'transformer-block', heads: 2, feedForward: 9 },
        { kind: 'recurrent', cell: 'gru', hidden: 5 },
        { kind: 'gated-residual', kernel: 3, dilation: 2, skip: 0 },
        { kind: 'projection-head' },
      ],
    },
    domain: { ...tableDomain(6, 3), classes: 2 },
    condition: [1],
  },
  {
    family: 'composed',
    title: 'audio: dilated convolutions on both sides of an LSTM, their skip outputs summed',
    config: {
      layout: 'sequence',
      blocks: [
        { kind: 'sequence-embedding', channels: 5 },
        { kind: 'gated-residual', kernel: 2, dilation: 2, skip: 6 },
        { kind: 'recurrent', cell: 'lstm', hidden: 4 },
        { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 6 },
        { kind: 'gated-residual', kernel: 2, dilation: 1, skip: 6, residual: false },
        { kind: 'sequence-head', hidden: 7 },
      ],
    },
    domain: audioDomain(6, 4),
  },
]
