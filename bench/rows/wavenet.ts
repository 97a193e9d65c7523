import { wavenet as description } from '../../src-main/contract/inspect/wavenet'
import type { Model } from '../../src-main/ml/models/model'
import type { Row } from '../harness/row'
import { samplingRow } from '../harness/samplingRow'
import { trainingRow } from '../harness/trainingRow'
import { sound } from './domains'
import { familyModel } from './familyModel'

const LAYERS = 10
const WINDOW = 8000
const RATE = 16_000

interface Net {
  /** Behind 'wavenet' in the names of its rows. */
  name: '' | '-30'
  what: string
  config: { stacks: number; layersPerStack: number; kernel: 2; residual: number; skip: number; head: number }
}

/** 20 layers of 32 residual and 64 skip channels. */
const small: Net = { name: '', what: '20 layers of 32', config: { stacks: 2, layersPerStack: LAYERS, kernel: 2, residual: 32, skip: 64, head: 64 } }
/** 30 layers of 64 residual and 128 skip channels. */
const large: Net = { name: '-30', what: '30 layers of 64', config: { stacks: 3, layersPerStack: LAYERS, kernel: 2, residual: 64, skip: 128, head: 128 } }

const model = ({ config }: Net) => (): Model => familyModel(description.id, config, sound(WINDOW, RATE))
const dilationsOf = ({ config }: Net): number[] => Array.from({ length: config.stacks * LAYERS }, (_value, layer) => 2 ** (layer % LAYERS))

const trainingOf = (net: Net, target: number | null): Row =>
  trainingRow({
    name: `wavenet${net.name}`,
    title: `Training step: dilated causal stack, ${net.what}, 8,000 samples of sound`,
    target,
    family: description,
    model: model(net),
    batchSize: 1,
    dimensions: WINDOW,
    module: 'wavenet',
    options: { dilations: dilationsOf(net), levels: 256 },
  })

/** `samplesWanted`: of sound in a second, of all streams together. */
const samplingOf = (net: Net, { count, length, samplesWanted }: { count: number; length: number; samplesWanted: number }): Row =>
  samplingRow({
    name: `sampling-wavenet${net.name}-${count}`,
    title: `Sampling ${count} × ${length.toLocaleString('en')} samples of sound at 16 kHz, dilated causal stack, ${net.what}`,
    target: null,
    model: model(net),
    count,
    length,
    samplesWanted,
    naiveWanted: 100,
    opponent: { kind: 'torch', module: 'sampling_wavenet', options: { dilations: dilationsOf(net) } },
  })

export const wavenet = trainingOf(small, 1)
export const wavenetLarge = trainingOf(large, null)

/** One stream three times faster than it plays; the large net fast enough to be listened to. */
export const samplingWavenet: readonly Row[] = [
  samplingOf(small, { count: 1, length: 4000, samplesWanted: 3 * RATE }),
  samplingOf(large, { count: 1, length: 2000, samplesWanted: 6000 }),
  samplingOf(large, { count: 8, length: 1000, samplesWanted: 12_000 }),
]
