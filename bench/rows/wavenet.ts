import { wavenet as description } from '../../src-main/contract/inspect/wavenet'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { sound } from './domains'
import { familyModel } from './familyModel'

const STACKS = 2
const LAYERS = 10
const dilations = Array.from({ length: STACKS * LAYERS }, (_value, layer) => 2 ** (layer % LAYERS))
const config = { stacks: STACKS, layersPerStack: LAYERS, kernel: 2, residual: 32, skip: 64, head: 64 }
const WINDOW = 8000
const SAMPLED = 1000

export const wavenet = trainingRow({
  name: 'wavenet',
  title: 'Training step: dilated causal stack, 20 layers of 32, 8,000 samples of sound',
  target: 1,
  family: description,
  model: () => familyModel(description.id, config, sound(WINDOW)),
  batchSize: 1,
  dimensions: WINDOW,
  module: 'wavenet',
  options: { dilations, levels: 256 },
})

export const samplingWavenet = samplingRow({
  name: 'sampling-wavenet',
  title: 'Sampling 4 × 1,000 samples of sound, the same stack',
  target: null,
  model: () => familyModel(description.id, config, sound(WINDOW)),
  count: 4,
  length: SAMPLED,
  opponent: { kind: 'torch', module: 'sampling_wavenet', options: { dilations } },
})
