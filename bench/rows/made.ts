import { made as description, madeSchema } from '../../src-main/contract/inspect/made'
import { madeDegrees } from '../../src-main/contract/inspect/madeDegrees'
import type { StoredTensor } from '../../src-main/storage/safetensors'
import { trainingRow } from '../harness/trainingRow'
import { samplingRow } from '../harness/samplingRow'
import { binaryDigits } from './domains'
import { familyModel } from './familyModel'

export const madeConfig = { hidden: [500, 500], activation: 'relu', direct: false } as const
const model = () => familyModel(description.id, madeConfig, binaryDigits)

/** The masks of the weights, from the degrees of the units that they join. */
export function madeMasks(): Map<string, StoredTensor> {
  const degrees = madeDegrees(madeSchema.parse(madeConfig), binaryDigits)
  const mask = (from: Int32Array, to: Int32Array, keeps: (from: number, to: number) => boolean): StoredTensor => ({
    shape: [from.length, to.length],
    data: Float32Array.from({ length: from.length * to.length }, (_value, index) =>
      keeps(from[Math.floor(index / to.length)]!, to[index % to.length]!) ? 1 : 0,
    ),
  })
  const layers = [degrees.input, ...degrees.hidden]
  return new Map([
    ...degrees.hidden.map((units, layer): [string, StoredTensor] => [`mask.hidden.${layer}`, mask(layers[layer]!, units, (from, to) => from <= to)]),
    ['mask.output', mask(layers.at(-1)!, degrees.output, (from, to) => from < to)],
  ])
}

export const made = trainingRow({
  name: 'made',
  title: 'Training step: MADE 784-500-500-784, batch 100',
  target: 0.8,
  family: description,
  model,
  batchSize: 100,
  dimensions: 784,
  module: 'made',
  options: { layers: 2 },
  tensors: madeMasks,
  watchMemory: true,
})

export const samplingMade = samplingRow({
  name: 'sampling-made',
  title: 'Sampling 64 × 784, MADE of two layers of 500',
  target: null,
  model,
  count: 64,
  opponent: { kind: 'naive', whole: false },
})
