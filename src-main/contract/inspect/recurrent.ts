import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import type { Block } from './blocks/blocks'
import { inspectBlocks } from './blocks/inspectBlocks'
import { MOST_RECURRENT_STEPS } from './blocks/limits'
import type { RecurrentCell } from './blocks/recurrent'
import { conditionBlocks, conditionFields } from './conditioned'
import type { FamilyDescription, Preset } from './family'
import { count, denseReceptiveField } from './figures'
import { configuredOrdering, orderingFields } from './orderedConfig'
import { headFor, inputFor, outputFields, outputMisfit, usualOutput } from './sequenceOutput'

export const recurrentFamilySchema = z.strictObject({
  embedding: z.number().int().min(1).max(4096).default(32).meta({ title: 'Embedding', description: 'Channels of the vector that stands for the value before.' }),
  hidden: z.number().int().min(1).max(4096).default(128).meta({ title: 'Hidden units', description: 'H: size of the state that is carried from step to step.' }),
  layers: z.number().int().min(1).max(8).default(1).meta({ title: 'Layers', description: 'Recurrent layers on top of each other.' }),
  ...conditionFields,
  ...orderingFields,
  ...outputFields,
})
export type RecurrentConfig = z.infer<typeof recurrentFamilySchema>

/** The block list that a configuration stands for. Examples of one shape: the state is also told which dimension comes next. */
export function recurrentBlocks(cell: RecurrentCell, config: RecurrentConfig, domain: Pick<Domain, 'kind' | 'variableLength' | 'classes' | 'levels'>): Block[] {
  const series = isSeries(domain)
  if (series && config.condition !== 'none')
    throw new Error("condition: sequences of different lengths cannot be conditioned in this family. Set condition to 'none'.")
  return [
    { kind: 'sequence-embedding', channels: config.embedding, shift: 1, ...inputFor(domain) },
    ...(series ? [] : [...conditionBlocks(config, domain), { kind: 'position-embedding' } satisfies Block]),
    ...Array.from({ length: config.layers }, (): Block => ({ kind: 'recurrent', cell, hidden: config.hidden })),
    { kind: 'projection-head', ...headFor(config) },
  ]
}

interface Names {
  id: string
  title: string
  description: string
  reference: string
  equation: string
}

function recurrentFamily(cell: RecurrentCell, names: Names): FamilyDescription<RecurrentConfig> {
  const { title } = names
  return {
    ...names,
    cost: 'O(D·H²) per example and per sample, one dimension after the other: the state holds all that was seen',
    domains: ['binary images', 'grey and RGB images', 'tables', cell === 'lstm' ? 'audio' : 'short audio', 'text'],
    sampling: 'cached',
    group: 'recurrent',
    smallOperations: true,
    schema: recurrentFamilySchema,
    refuses(domain) {
      const steps = dimensionsOf(domain)
      if (steps <= MOST_RECURRENT_STEPS[cell]) return null
      const other = cell === 'lstm' ? 'WaveNet' : steps <= MOST_RECURRENT_STEPS.lstm ? 'LSTM or WaveNet' : 'WaveNet'
      return `${title} takes at most ${count(MOST_RECURRENT_STEPS[cell])} steps one after the other, but examples here have up to ${count(steps)}. Choose ${other}, or import the data ${!isSeries(domain) ? 'smaller' : domain.kind === 'text' ? 'cut into shorter pieces' : 'cut into shorter clips'}.`
    },
    misfit: outputMisfit,
    presets: (domain) => ({
      small: preset('Minutes', { embedding: 16, hidden: 64, layers: 1 }, domain, 1500),
      standard: preset('Standard: 128 units', { embedding: 32, hidden: 128, layers: 1 }, domain, 6000),
      paper: { ...preset('Large: 3 layers of 512', { embedding: 64, hidden: 512, layers: 3 }, domain, 20_000), budget: { epochs: 100 } },
    }),
    blocks: (config, domain) => ({ layout: 'sequence', blocks: recurrentBlocks(cell, config, domain), ordering: config.ordering, orderingSeed: config.orderingSeed }),
    inspect(config, domain, options) {
      const inspection = inspectBlocks('sequence', recurrentBlocks(cell, config, domain), domain, options)
      if (isSeries(domain)) return inspection
      return { ...inspection, receptiveField: denseReceptiveField(domain, configuredOrdering(config, domain), options?.pixel) }
    },
  }
}

export const rnn = recurrentFamily('rnn', {
  id: 'rnn',
  title: 'RNN',
  description: 'A simple recurrent net over the dimensions in any ordering: a state of tanh units sums up all that was generated so far.',
  reference: 'Elman (1990), Finding Structure in Time; Mikolov et al. (2010), Recurrent neural network based language model',
  equation: 'h_t = tanh([e(x_{t−1}), h_{t−1}] W + b),  p(x_t | x_<t) = softmax(V LN(h_t))_t',
})

export const gru = recurrentFamily('gru', {
  id: 'gru',
  title: 'GRU',
  description: 'Gated recurrent units over the dimensions in any ordering: gates decide what of the state is kept and what is written anew.',
  reference: 'Cho et al. (2014), Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation',
  equation: 'r, z = σ([e, h] W + b),  n = tanh([e, r ⊙ h] V + c),  h ← z ⊙ h + (1 − z) ⊙ n,  p(x_t | x_<t) = softmax(U LN(h_t))_t',
})

export const lstm = recurrentFamily('lstm', {
  id: 'lstm',
  title: 'LSTM',
  description: 'Long short-term memory over the dimensions in any ordering: a cell with input, forget and output gates carries what was seen far.',
  reference: 'Hochreiter & Schmidhuber (1997), Long Short-Term Memory; Gers, Schmidhuber & Cummins (2000); Graves (2013)',
  equation: 'i, f, o = σ([e, h] W + b), g = tanh([e, h] W + b);  c ← f ⊙ c + i ⊙ g,  h = o ⊙ tanh(c),  p(x_t | x_<t) = softmax(V LN(h_t))_t',
})

function preset(title: string, sizes: Pick<RecurrentConfig, 'embedding' | 'hidden' | 'layers'>, domain: Domain, steps: number): Preset<RecurrentConfig> {
  const series = isSeries(domain)
  return {
    title,
    config: { ...sizes, condition: 'none', conditionSize: 0, ordering: 'raster', orderingSeed: 0, ...usualOutput(domain) },
    training: {
      batchSize: series ? 8 : dimensionsOf(domain) > 1024 ? 16 : 32,
      learningRate: sizes.hidden > 256 ? 1e-3 : 4e-3,
      schedule: { kind: 'cosine', floor: 0.01 },
      warmupSteps: 50,
      gradientClip: 1,
      ema: 0.998,
      validateEvery: 500,
      validExamples: series ? 50 : 1000,
      ...(series ? { windowSamples: 1024 } : {}),
    },
    budget: { steps },
  }
}
