import type { Domain } from '../../src-main/contract/domain'
import { dimensionsOf } from '../../src-main/contract/domain'
import type { StoredTensor } from '../../src-main/storage/safetensors'
import type { Row } from '../harness/row'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { familyModel } from './familyModel'

export interface FamilyRows {
  /** Of the registry. */
  family: string
  /** 'DeepNADE, two layers of 500': what the titles call it. */
  title: string
  config: Record<string, unknown>
  domain: Domain
  batchSize: number
  /** bench/python/rows/<training>.py, and <sampling>.py where PyTorch samples too; else the naive sampler is the opponent. */
  python: { training: string; sampling?: string; options?: Record<string, unknown>; tensors?: () => Map<string, StoredTensor> }
}

const SAMPLED_TOGETHER = [1, 64]

/** What is measured of every family of images and tables: a training step, and its cached samples one at a time and 64 at a time. */
export function familyRows({ family, title, config, domain, batchSize, python }: FamilyRows): Row[] {
  const model = () => familyModel(family, config, domain)
  const { training, sampling, options, tensors } = python
  return [
    trainingRow({
      name: family,
      title: `Training step: ${title}, batch ${batchSize}`,
      target: null,
      model,
      batchSize,
      dimensions: dimensionsOf(domain),
      module: training,
      ...(options ? { options } : {}),
      ...(tensors ? { tensors } : {}),
    }),
    ...SAMPLED_TOGETHER.map((count) =>
      samplingRow({
        name: `sampling-${family}-${count}`,
        title: `Sampling ${count} of ${title}`,
        target: null,
        model,
        count,
        opponent: sampling ? { kind: 'torch', module: sampling, ...(options ? { options } : {}) } : { kind: 'naive', whole: false },
      }),
    ),
  ]
}
