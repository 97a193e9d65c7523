import { convNadeSchema } from '../../src-main/contract/inspect/convnade'
import { deepNadeSchema } from '../../src-main/contract/inspect/deepnade'
import { gatedPixelCnnBlocks, gatedPixelCnnSchema } from '../../src-main/contract/inspect/gatedPixelcnn'
import { diagonalBiLstmBlocks, diagonalBiLstmFamilySchema, rowLstmBlocks, rowLstmFamilySchema } from '../../src-main/contract/inspect/pixelRnn'
import { memberOrdering } from '../../src-main/contract/inspect/orderAgnostic'
import { pixelCnnPlusSchema } from '../../src-main/contract/inspect/pixelcnnpp'
import { plusNodes } from '../../src-main/contract/inspect/pixelcnnppNodes'
import { pixelSnailBlocks, pixelSnailSchema } from '../../src-main/contract/inspect/pixelsnail'
import type { Block } from '../../src-main/contract/inspect/blocks/blocks'
import { familyDescriptions } from '../../src-main/contract/inspect/registry'
import { spatialLstmBlocks, spatialLstmFamilySchema } from '../../src-main/contract/inspect/spatialLstm'
import type { Row } from '../harness/row'
import { blockMasks } from './blockMasks'
import { binaryDigits, colourImages, fewLevels, greyFaces } from './domains'
import type { FamilyRows } from './familyRows'
import { familyRows } from './familyRows'
import { madeConfig, madeMasks } from './made'
import { pixelCnnConfig } from './pixelcnn'

/** How many times faster than naive sampling 64 images have to come. */
const CONVOLUTIONAL = 100
const SEQUENTIAL = 20

/** Five gated layers of 64, the first of 7 × 7, as in the row of RGB images. */
const gated = gatedPixelCnnSchema.parse({ channels: 64, layers: 4, kernel: 3, firstKernel: 7, headChannels: 64 })
const transformer = { channels: 64, layers: 4, heads: 2 }
const snail = pixelSnailSchema.parse({ channels: 48, blocks: 2, layersPerBlock: 2, heads: 1, attentionWidth: 32 })
const snailBlocks = pixelSnailBlocks(snail, binaryDigits)
const snailKinds = snailBlocks.flatMap(({ kind }) => (kind === 'causal-attention' ? ['attention'] : kind.startsWith('gated') ? ['gated'] : []))

const recurrent = (family: 'rnn' | 'gru' | 'lstm', title: string): FamilyRows => ({
  family,
  // 'lstm' is the row of a plain layer without embedding and positions.
  name: `${family}-128`,
  title: `${title} of 128 units over 784 pixels`,
  config: { embedding: 32, hidden: 128, layers: 1 },
  domain: binaryDigits,
  batchSize: 32,
  python: { training: 'recurrent', sampling: 'sampling_recurrent', options: { cell: family } },
  naiveWanted: SEQUENTIAL,
})

const rowLstm = rowLstmFamilySchema.parse({ layers: 2 })
const diagonalBiLstm = diagonalBiLstmFamilySchema.parse({})
const spatialLstm = spatialLstmFamilySchema.parse({})

const convNade = convNadeSchema.parse({})
const plus = pixelCnnPlusSchema.parse({})
const firstOrdering = (config: Parameters<typeof memberOrdering>[0]): number[] => [...memberOrdering(config, binaryDigits, 0)]

/** Recurrent image models of the standard presets' sizes; PyTorch takes the same wavefronts in a loop. */
const imageLstm = (family: string, title: string, config: { layers: number }, blocks: readonly Block[], options: Record<string, unknown>): FamilyRows => ({
  ...{ family, title, config, domain: binaryDigits, batchSize: 16 },
  python: { training: 'image_lstm', sampling: 'sampling_image_lstm', options: { size: 28, layers: config.layers, ...options }, tensors: () => blockMasks(blocks, binaryDigits) },
  naiveWanted: SEQUENTIAL,
})

const withOpponents: readonly FamilyRows[] = [
  imageLstm('row-lstm', 'Row LSTM, 2 layers of 32, 28 × 28', rowLstm, rowLstmBlocks(rowLstm, binaryDigits), { kind: 'row', kernel: rowLstm.kernel }),
  imageLstm('diagonal-bilstm', 'Diagonal BiLSTM of 32, 28 × 28', diagonalBiLstm, diagonalBiLstmBlocks(diagonalBiLstm, binaryDigits), { kind: 'diagonal' }),
  imageLstm('spatial-lstm', 'Spatial LSTM of 64, 28 × 28', spatialLstm, spatialLstmBlocks(spatialLstm, binaryDigits), { kind: 'spatial' }),
  {
    family: 'gated-pixelcnn',
    title: 'Gated PixelCNN, 5 layers of 64, 28 × 28',
    config: gated,
    domain: binaryDigits,
    batchSize: 32,
    python: {
      training: 'gated',
      sampling: 'sampling_gated',
      options: { size: 28, levels: 2, layers: gated.layers },
      tensors: () => blockMasks(gatedPixelCnnBlocks(gated, binaryDigits), binaryDigits),
    },
    naiveWanted: CONVOLUTIONAL,
  },
  {
    family: 'transformer',
    title: 'Transformer, 4 blocks of 64 over 784 pixels',
    config: transformer,
    domain: binaryDigits,
    batchSize: 16,
    python: { training: 'transformer', sampling: 'sampling_transformer', options: { layers: transformer.layers, heads: transformer.heads } },
    naiveWanted: SEQUENTIAL,
  },
  recurrent('rnn', 'RNN'),
  recurrent('gru', 'GRU'),
  recurrent('lstm', 'LSTM'),
  {
    family: 'pixelsnail',
    title: 'PixelSNAIL, 5 gated layers of 48 and 2 of attention, 28 × 28',
    config: snail,
    domain: binaryDigits,
    batchSize: 16,
    python: {
      training: 'pixelsnail',
      sampling: 'sampling_gated',
      options: { size: 28, levels: 2, heads: snail.heads, kinds: snailKinds },
      tensors: () => blockMasks(snailBlocks, binaryDigits),
    },
    naiveWanted: SEQUENTIAL,
  },
  // The steps of the next three, and 64 samples of NADE, have rows of their own.
  { family: 'nade', title: 'NADE of 500 units', config: { hidden: 500 }, domain: binaryDigits, batchSize: null, python: { sampling: 'sampling_nade' }, counts: [1] },
  {
    family: 'made',
    title: 'MADE of two layers of 500',
    config: madeConfig,
    domain: binaryDigits,
    batchSize: null,
    python: { sampling: 'sampling_made', options: { layers: madeConfig.hidden.length }, tensors: madeMasks },
  },
  {
    family: 'pixelcnn',
    title: 'PixelCNN, 7 × 7 and 6 residual blocks of 64, 28 × 28',
    config: pixelCnnConfig,
    domain: binaryDigits,
    batchSize: null,
    python: { sampling: 'sampling_pixelcnn', options: { size: 28, blocks: pixelCnnConfig.blocks } },
    naiveWanted: CONVOLUTIONAL,
  },
  { family: 'fvsbn', title: 'FVSBN over 784 pixels', config: {}, domain: binaryDigits, batchSize: 100, python: { training: 'fvsbn', sampling: 'sampling_fvsbn' } },
  {
    family: 'nade-softmax',
    title: 'NADE-softmax of 100 units, 28 × 28 of 8 levels',
    config: { hidden: 100 },
    domain: fewLevels,
    batchSize: 100,
    python: { training: 'nade_softmax', sampling: 'sampling_nade_softmax' },
  },
  {
    family: 'rnade',
    title: 'RNADE of 50 units, mixtures of Gaussians, 28 × 20',
    config: {},
    domain: greyFaces,
    batchSize: 100,
    python: { training: 'rnade', sampling: 'sampling_rnade', options: { levels: greyFaces.levels } },
  },
  {
    family: 'deepnade',
    title: 'DeepNADE, two layers of 500',
    config: {},
    domain: binaryDigits,
    batchSize: 100,
    python: { training: 'deepnade', sampling: 'sampling_deepnade', options: { ordering: firstOrdering(deepNadeSchema.parse({})) } },
  },
  {
    family: 'convnade',
    title: 'ConvNADE, 6 blocks of 32 beside two layers of 500, 28 × 28',
    config: convNade,
    domain: binaryDigits,
    batchSize: 32,
    python: {
      training: 'convnade',
      sampling: 'sampling_convnade',
      options: { size: 28, blocks: convNade.blocks, ordering: firstOrdering(convNade) },
    },
  },
  {
    family: 'pixelcnnpp',
    title: 'PixelCNN++ of 40 filters, 32 × 32 × 3',
    config: plus,
    domain: colourImages,
    batchSize: 8,
    python: {
      training: 'pixelcnnpp',
      sampling: 'sampling_pixelcnnpp',
      options: { size: 32, levels: colourImages.levels, nodes: plusNodes(plus) },
    },
    naiveWanted: CONVOLUTIONAL,
    counts: [1, 16],
  },
]

/** Measured against their own steps op by op, and their own naive samplers: two Gated PixelCNNs, which have an opponent each. */
const alone: readonly FamilyRows[] = [
  {
    family: 'multiscale',
    title: 'Multi-scale PixelCNN, 7 layers of 48 at both scales, 28 × 28',
    config: { channels: 48 },
    domain: binaryDigits,
    batchSize: 16,
    naiveWanted: CONVOLUTIONAL,
  },
]

/** Families that have no row, and why. */
export const withoutRows: Readonly<Record<string, string>> = {
  'video-pixel-network': 'of video: its decoder is the Gated PixelCNN measured here; its likelihood stands beside those of the others',
  independent: 'counted in one pass; samples are drawn without a chain',
  gaussian: 'fitted in closed form; a sample is one product',
  cpt: 'counted in one pass; a sample reads one row of a table for each dimension',
  'table-network': 'counted in one pass; a sample reads one row of a table for each dimension',
  markov: 'counted in one pass; a sample reads one row of a table for each dimension',
  composed: 'any list of the blocks of the families above',
  ar: 'of sound: fitted by least squares; a sample is one product for each time step',
  ngram: 'counted in one pass; a sample reads one row of a table for each time step',
  bytenet: 'of text: the dilated causal stack of the row wavenet with other blocks',
  'bytenet-pairs': 'of pairs of texts: their likelihoods and exact matches are measured by npm run results',
  'transformer-pairs': 'of pairs of texts: their likelihoods and exact matches are measured by npm run results',
  vrnn: 'an LSTM like that of the row lstm with small nets around each step',
  stcn: 'of sound: the dilated causal stack of the row wavenet with small nets for its latents',
  tcn: 'of sound: the dilated causal stack of the row wavenet without its gates',
}

/** A family that this version does not have has no rows. */
export const rowsOfFamilies: readonly Row[] = [...withOpponents, ...alone]
  .filter(({ family }) => familyDescriptions.some(({ id }) => id === family))
  .flatMap((spec) => familyRows(spec))
