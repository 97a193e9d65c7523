import { fvsbn as description } from '../../src-main/contract/inspect/fvsbn'
import { samplingRow } from '../harness/samplingRow'
import { binaryDigits } from './domains'
import { familyModel } from './familyModel'

export const samplingFvsbn = samplingRow({
  name: 'sampling-fvsbn',
  title: 'Sampling 64 × 784, FVSBN',
  target: null,
  model: () => familyModel(description.id, {}, binaryDigits),
  count: 64,
  opponent: { kind: 'naive', whole: false },
})
