import { pixelCnnBlocks, pixelCnnSchema, pixelcnn as description } from '../../src-main/contract/inspect/pixelcnn'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { blockMasks } from './blockMasks'
import { binaryDigits } from './domains'
import { familyModel } from './familyModel'

export const pixelCnnConfig = pixelCnnSchema.parse({ channels: 64, blocks: 6, kernel: 3, bottleneck: 32, firstKernel: 7, headChannels: 64 })
const model = () => familyModel(description.id, pixelCnnConfig, binaryDigits)

export const pixelcnn = trainingRow({
  name: 'pixelcnn',
  title: 'Training step: PixelCNN, 7 × 7 and 6 residual blocks of 64, 28 × 28, batch 32',
  target: 0.85,
  family: description,
  model,
  batchSize: 32,
  dimensions: 784,
  module: 'pixelcnn',
  options: { size: 28, blocks: pixelCnnConfig.blocks },
  tensors: () => blockMasks(pixelCnnBlocks(pixelCnnConfig), binaryDigits),
  watchMemory: true,
})

export const samplingPixelcnn = samplingRow({
  name: 'sampling-pixelcnn',
  title: 'Sampling 64 images of 28 × 28, the same PixelCNN',
  target: 0.01,
  model,
  count: 64,
  naiveWanted: 100,
  opponent: { kind: 'naive', whole: true },
})
