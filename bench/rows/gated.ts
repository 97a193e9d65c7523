import { gatedPixelCnnBlocks, gatedPixelCnnSchema, gatedPixelcnn as description } from '../../src-main/contract/inspect/gatedPixelcnn'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { blockMasks } from './blockMasks'
import { binaryDigits, colourImages } from './domains'
import { familyModel } from './familyModel'

/** Five gated layers of 64, the first of 7 × 7. */
const config = gatedPixelCnnSchema.parse({ channels: 64, layers: 4, kernel: 3, firstKernel: 7, headChannels: 64 })

export const gated = trainingRow({
  name: 'gated',
  title: 'Training step: Gated PixelCNN, 5 layers of 64, 32 × 32 × 3, batch 16',
  target: 0.85,
  family: description,
  model: () => familyModel(description.id, config, colourImages),
  batchSize: 16,
  dimensions: 3072,
  module: 'gated',
  options: { size: 32, levels: 256, layers: config.layers },
  tensors: () => blockMasks(gatedPixelCnnBlocks(config, colourImages), colourImages),
})

export const samplingGated = samplingRow({
  name: 'sampling-gated',
  title: 'Sampling 64 images of 28 × 28, Gated PixelCNN, 5 layers of 64',
  target: 0.01,
  model: () => familyModel(description.id, config, binaryDigits),
  count: 64,
  naiveWanted: 100,
  opponent: { kind: 'naive', whole: false },
})
