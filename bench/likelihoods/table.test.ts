import { expect, test } from 'vitest'
import type { Entry } from './record'
import { figureOf, markdown, newest, reached, wanted } from './table'

const entry = (changes: Partial<Entry>, scored: Partial<Entry['test']> = {}): Entry => ({
  name: 'dna-nade',
  dataSet: 'dna',
  variant: 'binary, as given',
  examplesTrained: 1400,
  family: 'nade',
  preset: 'small',
  settings: ['hidden=50'],
  config: { hidden: 50 },
  parameters: 18_230,
  minutes: 2,
  secondsTrained: 120.2,
  steps: 3100,
  bestStep: 500,
  seed: 0,
  test: {
    nats: 85,
    bitsPerDim: 0.68,
    standardError: 0.4,
    examples: 1186,
    weights: 'ema',
    exact: true,
    orderings: null,
    singleOrdering: null,
    totalProbability: null,
    ...scored,
  },
  unit: 'nats',
  target: 86,
  targetFrom: null,
  atMostOf: null,
  group: 'dna',
  exactMatch: null,
  classification: null,
  samples: null,
  published: [],
  weightsHash: 'aa',
  engine: 'TensorFlow 2.21',
  execution: 'compiled',
  machine: 'a machine',
  date: '2026-01-02T03:04:05.000Z',
  version: '0.1.0 (abc)',
  ...changes,
})

test('the better one of a group answers for its target', () => {
  const [nade, made] = [entry({}), entry({ name: 'dna-made', family: 'made' }, { nats: 90 })]
  expect([reached(nade, [nade, made]), reached(made, [nade, made]), reached(made, [made])]).toEqual([true, true, false])
  expect(reached(entry({ target: null }), [])).toBeNull()
})

test('the lower of a target and the figure of another row is wanted', () => {
  const text = { unit: 'nats', target: 0.6, targetFrom: 'xz -9', atMostOf: 'text-ngram', group: null } as const
  const lstm = entry({ ...text, name: 'text-lstm', family: 'lstm' }, { nats: 0.58 })
  const ngram = (nats: number): Entry => entry({ name: 'text-ngram', dataSet: 'text', family: 'ngram', target: null, group: null }, { nats })
  expect(wanted(lstm, [lstm])).toEqual({ value: 0.6, from: 'xz -9' })
  expect(wanted(lstm, [ngram(0.7), lstm])).toEqual({ value: 0.6, from: 'xz -9' })
  expect(wanted(lstm, [ngram(0.55), lstm])).toEqual({ value: 0.55, from: 'ngram' })
  expect([reached(lstm, [lstm]), reached(lstm, [ngram(0.55), lstm])]).toEqual([true, false])
  expect(markdown([ngram(0.55), lstm])).toContain('≤ 0.55, the lower of ngram 0.55 and xz -9 0.60: missed')
  expect(markdown([lstm])).toContain('≤ 0.60, xz -9; text-ngram is not measured yet: reached')
})

test('a row measured again replaces the older figure in the table', () => {
  const again = entry({ date: '2026-01-03T00:00:00.000Z' }, { nats: 84 })
  expect(newest([entry({}), again]).map(figureOf)).toEqual([84])
})

test('bits per dimension carry their own standard error', () => {
  const images = entry({ unit: 'bits/dim', target: 4.7, group: null }, { nats: 10_000, bitsPerDim: 4.8, standardError: 100, exact: false })
  const text = markdown([images])
  expect(text).toContain('| 4.800 ± 0.048 bits/dim | bound, EMA weights, 1,186 examples | ≤ 4.700: missed |')
})

test('what is special about a row stands below the table', () => {
  const text = markdown([
    entry({ classification: { accuracy: 0.9712, examples: 10_000, wanted: 0.95 }, samples: 'digits.png' }, { totalProbability: 0.9999998, orderings: 8 }),
  ])
  expect(text).toContain('8 orderings')
  expect(text).toContain('add up to 1.000000.')
  expect(text).toContain('97.12 % of 10,000 test examples')
  expect(text).toContain('- dna: binary, as given; 1,400 training examples.')
})
