import type { Domain } from '../../src-main/contract/domain'
import { dimensionsOf } from '../../src-main/contract/domain'
import { familyDescription } from '../../src-main/contract/inspect/registry'
import type { StoredTensor } from '../../src-main/storage/safetensors'
import type { Row } from '../harness/row'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { familyModel } from './familyModel'

export interface FamilyRows {
  /** Of the registry. */
  family: string
  /** Of the training row, and behind 'sampling-' of the others; the family's id when absent. */
  name?: string
  /** 'DeepNADE, two layers of 500': what the titles call it. */
  title: string
  config: Record<string, unknown>
  domain: Domain
  /** Of the training step; null where another row measures it. */
  batchSize: number | null
  /**
   * bench/python/rows/<training>.py and <sampling>.py. Without the first, our own steps op by op are the opponent; without the second, the
   * naive sampler is.
   */
  python?: { training?: string; sampling?: string; options?: Record<string, unknown>; tensors?: () => Map<string, StoredTensor> }
  /** How many times faster than the naive sampler 64 samples have to be. */
  naiveWanted?: number
  /** Samples drawn together, a row for each; one and 64 when absent. */
  counts?: readonly number[]
}

const SAMPLED_TOGETHER = [1, 64]

/** What is measured of every family of images and tables: a training step, and its cached samples one at a time and 64 at a time. */
export function familyRows(spec: FamilyRows): Row[] {
  const { family, name = family, title, config, domain, batchSize, python = {}, naiveWanted, counts = SAMPLED_TOGETHER } = spec
  const model = () => familyModel(family, config, domain)
  const { training, sampling, options, tensors } = python
  const step =
    batchSize === null
      ? []
      : [
          trainingRow({
            name,
            title: `Training step: ${title}, batch ${batchSize}`,
            target: null,
            family: familyDescription(family),
            model,
            batchSize,
            dimensions: dimensionsOf(domain),
            module: training ?? null,
            ...(options ? { options } : {}),
            ...(tensors ? { tensors } : {}),
          }),
        ]
  return [
    ...step,
    ...counts.map((count) =>
      samplingRow({
        name: `sampling-${name}-${count}`,
        title: `Sampling ${count} of ${title}`,
        target: null,
        model,
        count,
        ...(naiveWanted === undefined || count === 1 ? {} : { naiveWanted }),
        opponent: sampling
          ? { kind: 'torch', module: sampling, ...(options ? { options } : {}), ...(tensors ? { tensors } : {}) }
          : { kind: 'naive', whole: false },
      }),
    ),
  ]
}
