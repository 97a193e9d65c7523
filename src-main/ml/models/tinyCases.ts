import type { Domain } from '../../contract/domain'
import { audioDomain, imageDomain, tableDomain } from './testSupport'

/** Configurations on domains small enough to enumerate, at least one for every family: what the exactness tests run over. */
export interface TinyCase {
  family: string
  title: string
  config: Record<string, unknown>
  domain: Domain
  /** Of a conditioned model: p(x | condition) is what is checked. */
  condition?: number[]
}

export const tinyCases: readonly TinyCase[] = [
  { family: 'independent', title: 'binary image', config: {}, domain: imageDomain(2, 4, 1, 2) },
  { family: 'independent', title: 'four levels, RGB', config: {}, domain: imageDomain(1, 2, 3, 4) },
  { family: 'independent', title: 'audio', config: {}, domain: audioDomain(6, 4) },
  { family: 'gaussian', title: 'density of dequantised values', config: {}, domain: tableDomain(2, 4) },
  { family: 'gaussian', title: 'binned conditionals', config: { likelihood: 'bins' }, domain: imageDomain(2, 2, 1, 5) },
  { family: 'nade-softmax', title: 'three levels one-hot, Hilbert', config: { hidden: 6, ordering: 'hilbert' }, domain: imageDomain(2, 3, 1, 3) },
  { family: 'nade-softmax', title: 'four levels scaled, random ordering', config: { hidden: 5, input: 'scaled', ordering: 'random', orderingSeed: 1 }, domain: tableDomain(5, 4) },
  { family: 'nade-softmax', title: 'RGB', config: { hidden: 6 }, domain: imageDomain(2, 1, 3, 3) },
  { family: 'rnade', title: 'mixture of Gaussians', config: { hidden: 6, components: 2 }, domain: tableDomain(2, 4) },
  { family: 'rnade', title: 'mixture of Laplace, sigmoid, reverse', config: { hidden: 6, components: 2, conditionals: 'laplace', activation: 'sigmoid', ordering: 'reverse' }, domain: tableDomain(2, 4) },
  { family: 'rnade', title: 'discretised logistics, exact', config: { hidden: 6, components: 2, conditionals: 'logistics' }, domain: imageDomain(2, 2, 1, 4) },
  { family: 'cpt', title: 'raster', config: {}, domain: imageDomain(2, 4, 1, 2) },
  { family: 'cpt', title: 'random ordering', config: { ordering: 'random', orderingSeed: 2 }, domain: tableDomain(7, 2) },
  { family: 'markov', title: 'order 1, binary, Hilbert', config: { ordering: 'hilbert' }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'markov', title: 'order 2, three levels, shared tables', config: { order: 2, tables: 'shared' }, domain: tableDomain(6, 3) },
  { family: 'markov', title: 'order 3, RGB, reverse', config: { order: 3, ordering: 'reverse' }, domain: imageDomain(1, 2, 3, 3) },
  { family: 'markov', title: 'order 2, audio', config: { order: 2 }, domain: audioDomain(6, 4) },
  { family: 'table-network', title: 'nearest pixels, diagonal', config: { nearest: 3, ordering: 'diagonal' }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'table-network', title: 'RGB, three levels', config: { nearest: 2 }, domain: imageDomain(1, 2, 3, 3) },
  {
    family: 'table-network',
    title: 'chosen parents',
    config: { parents: [[], [0], [], [2, 0], [1, 2, 3], [4]] },
    domain: tableDomain(6, 2),
  },
  { family: 'fvsbn', title: 'raster', config: {}, domain: imageDomain(3, 3, 1, 2) },
  { family: 'fvsbn', title: 'random ordering', config: { ordering: 'random', orderingSeed: 4 }, domain: tableDomain(10, 2) },
  { family: 'nade', title: 'raster', config: { hidden: 7 }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'nade', title: 'random ordering', config: { hidden: 5, ordering: 'random', orderingSeed: 3 }, domain: tableDomain(10, 2) },
  { family: 'nade', title: 'column ordering', config: { hidden: 5, ordering: 'column' }, domain: imageDomain(2, 3, 1, 2) },
  { family: 'made', title: 'binary, direct', config: { hidden: [12, 9] }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'made', title: 'three masks mixed, column', config: { hidden: [12, 9], masks: 3, ordering: 'column' }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'made', title: 'two masks mixed, three levels', config: { hidden: [14], masks: 2 }, domain: tableDomain(5, 3) },
  { family: 'made', title: 'two masks of mixtures of Gaussians', config: { hidden: [9], activation: 'tanh', masks: 2, conditionals: 'gaussians', components: 2, direct: false }, domain: tableDomain(2, 4) },
  { family: 'made', title: 'order-agnostic: its first member', config: { hidden: [12], masks: 3, orderAgnostic: true, direct: false }, domain: tableDomain(8, 2) },
  { family: 'made', title: 'mixture of Laplace', config: { hidden: [9], activation: 'tanh', conditionals: 'laplace', components: 2, direct: false }, domain: tableDomain(2, 4) },
  { family: 'made', title: 'two masks of discretised logistics, one-hot', config: { hidden: [9], masks: 2, conditionals: 'logistics', components: 2 }, domain: imageDomain(2, 2, 1, 4) },
  {
    family: 'made',
    title: 'binary, random degrees and ordering, tanh',
    config: { hidden: [16], direct: false, degrees: 'random', degreesSeed: 2, activation: 'tanh', ordering: 'random', orderingSeed: 9 },
    domain: tableDomain(9, 2),
  },
  { family: 'made', title: 'three levels one-hot', config: { hidden: [14, 10], input: 'one-hot' }, domain: tableDomain(6, 3) },
  {
    family: 'made',
    title: 'four levels scaled, reverse, softplus',
    config: { hidden: [14], input: 'scaled', ordering: 'reverse', activation: 'softplus' },
    domain: imageDomain(2, 2, 1, 4),
  },
  { family: 'made', title: 'RGB', config: { hidden: [20] }, domain: imageDomain(2, 1, 3, 3) },
  {
    family: 'pixelcnn',
    title: 'binary',
    config: { channels: 8, blocks: 2, kernel: 3, bottleneck: 5, firstKernel: 3, headChannels: 6 },
    domain: imageDomain(3, 3, 1, 2),
  },
  {
    family: 'pixelcnn',
    title: 'binary, kernels larger than the image',
    config: { channels: 6, blocks: 1, kernel: 5, bottleneck: 4, firstKernel: 7, headChannels: 6 },
    domain: imageDomain(2, 4, 1, 2),
  },
  {
    family: 'pixelcnn',
    title: 'four levels',
    config: { channels: 7, blocks: 1, kernel: 3, bottleneck: 5, firstKernel: 3, headChannels: 5 },
    domain: imageDomain(2, 3, 1, 4),
  },
  {
    family: 'pixelcnn',
    title: 'RGB, two levels',
    config: { channels: 9, blocks: 1, kernel: 3, bottleneck: 6, firstKernel: 3, headChannels: 9 },
    domain: imageDomain(1, 3, 3, 2),
  },
  {
    family: 'pixelcnn',
    title: 'RGB, three levels, channels not a multiple of three',
    config: { channels: 10, blocks: 1, kernel: 3, bottleneck: 7, firstKernel: 3, headChannels: 8 },
    domain: imageDomain(2, 1, 3, 3),
  },
  {
    family: 'gated-pixelcnn',
    title: 'binary',
    config: { channels: 6, layers: 2, kernel: 5, firstKernel: 7, headChannels: 6 },
    domain: imageDomain(3, 3, 1, 2),
  },
  {
    family: 'gated-pixelcnn',
    title: 'four levels',
    config: { channels: 5, layers: 1, kernel: 3, firstKernel: 3, headChannels: 5 },
    domain: imageDomain(2, 3, 1, 4),
  },
  {
    family: 'gated-pixelcnn',
    title: 'RGB, two levels',
    config: { channels: 7, layers: 1, kernel: 3, firstKernel: 3, headChannels: 8 },
    domain: imageDomain(2, 2, 3, 2),
  },
  {
    family: 'gated-pixelcnn',
    title: 'one of three classes',
    config: { channels: 6, layers: 1, kernel: 3, firstKernel: 3, headChannels: 6, condition: 'class' },
    domain: { ...imageDomain(3, 3, 1, 2), classes: 3 },
    condition: [2],
  },
  {
    family: 'gated-pixelcnn',
    title: 'a vector as condition',
    config: { channels: 6, layers: 1, kernel: 3, firstKernel: 3, headChannels: 6, condition: 'vector', conditionSize: 2 },
    domain: imageDomain(3, 3, 1, 2),
    condition: [0.7, -1.3],
  },
  {
    family: 'pixelsnail',
    title: 'binary, two heads',
    config: { channels: 6, blocks: 2, layersPerBlock: 1, kernel: 3, firstKernel: 3, heads: 2, attentionWidth: 6, headChannels: 6 },
    domain: imageDomain(3, 3, 1, 2),
  },
  {
    family: 'pixelsnail',
    title: 'RGB, three levels',
    config: { channels: 7, blocks: 1, layersPerBlock: 1, kernel: 3, firstKernel: 3, heads: 1, attentionWidth: 5, headChannels: 8 },
    domain: imageDomain(2, 1, 3, 3),
  },
  {
    family: 'transformer',
    title: 'binary image, two heads, with dropout',
    config: { channels: 6, layers: 2, heads: 2, feedForward: 2, dropout: 0.3 },
    domain: imageDomain(3, 3, 1, 2),
  },
  {
    family: 'transformer',
    title: 'three levels, random ordering, of two classes',
    config: { channels: 6, layers: 1, heads: 1, ordering: 'random', orderingSeed: 3, condition: 'class' },
    domain: { ...tableDomain(6, 3), classes: 2 },
    condition: [1],
  },
  { family: 'rnn', title: 'binary image', config: { embedding: 4, hidden: 7 }, domain: imageDomain(3, 3, 1, 2) },
  { family: 'rnn', title: 'two layers, RGB, Hilbert ordering', config: { embedding: 4, hidden: 6, layers: 2, ordering: 'hilbert' }, domain: imageDomain(2, 1, 3, 3) },
  { family: 'gru', title: 'binary table, random ordering', config: { embedding: 4, hidden: 5, ordering: 'random', orderingSeed: 2 }, domain: tableDomain(9, 2) },
  { family: 'gru', title: 'audio of four levels', config: { embedding: 5, hidden: 6 }, domain: audioDomain(6, 4) },
  { family: 'lstm', title: 'binary image, diagonal ordering', config: { embedding: 4, hidden: 7, ordering: 'diagonal' }, domain: imageDomain(3, 3, 1, 2) },
  {
    family: 'lstm',
    title: 'two layers, three levels, one of two classes',
    config: { embedding: 4, hidden: 5, layers: 2, condition: 'class' },
    domain: { ...tableDomain(6, 3), classes: 2 },
    condition: [1],
  },
  { family: 'lstm', title: 'audio of four levels', config: { embedding: 5, hidden: 6 }, domain: audioDomain(6, 4) },
  {
    family: 'wavenet',
    title: 'audio of four levels',
    config: { stacks: 2, layersPerStack: 2, residual: 6, skip: 7, head: 8 },
    domain: audioDomain(6, 4),
  },
  {
    family: 'wavenet',
    title: 'binary table, filter width 3',
    config: { stacks: 1, layersPerStack: 2, kernel: 3, residual: 5, skip: 6, head: 6 },
    domain: tableDomain(9, 2),
  },
  {
    family: 'wavenet',
    title: 'RGB raster',
    config: { stacks: 1, layersPerStack: 2, residual: 5, skip: 6, head: 6 },
    domain: imageDomain(1, 2, 3, 3),
  },
]
