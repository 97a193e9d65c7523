import { nade as description } from '../../src-main/contract/inspect/nade'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { binaryDigits } from './domains'
import { familyModel } from './familyModel'

const model = () => familyModel(description.id, { hidden: 500 }, binaryDigits)

export const nade = trainingRow({
  name: 'nade',
  title: 'Training step: NADE 784 × 500, batch 100',
  target: 0.9,
  family: description,
  model,
  batchSize: 100,
  dimensions: 784,
  module: 'nade',
})

export const samplingNade = samplingRow({
  name: 'sampling-nade',
  title: 'Sampling 64 × 784, NADE of 500 units',
  target: 0.3,
  model,
  count: 64,
  naiveWanted: 500,
  opponent: { kind: 'torch', module: 'sampling_nade' },
})
