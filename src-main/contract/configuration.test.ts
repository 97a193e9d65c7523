import { describe, expect, test } from 'vitest'
import type { ConfiguredRun } from './configuration'
import { configurationDifferences, experimentKey } from './configuration'
import { trainingConfigSchema } from './records/training'

function run(config: Record<string, unknown>, training: Record<string, unknown> = {}, family = 'made'): ConfiguredRun {
  return {
    dataset: { id: 'd', name: 'Digits', variant: 'threshold', domain: { kind: 'table', shape: [4], levels: 2, variableLength: false, encoding: 'linear' } },
    model: { family, config },
    training: trainingConfigSchema.parse(training),
    budget: { steps: 100 },
  }
}

describe('configurationDifferences', () => {
  test('names what differs and nothing else', () => {
    const runs = [run({ hidden: [500], masks: 1 }), run({ hidden: [500, 500], masks: 1 }, { learningRate: 0.01 })]
    expect(configurationDifferences(runs)).toEqual([
      { field: 'model.hidden', values: ['500', '500, 500'] },
      { field: 'training.learningRate', values: ['0.001', '0.01'] },
    ])
  })

  test('a field that one run lacks is a difference', () => {
    const runs = [run({ hidden: [8] }), run({ blocks: [{ kind: 'gate', width: 3 }, { kind: 'head' }] }, {}, 'custom')]
    expect(configurationDifferences(runs)).toEqual([
      { field: 'family', values: ['made', 'custom'] },
      { field: 'model.hidden', values: ['8', null] },
      { field: 'model.blocks.1.kind', values: [null, 'gate'] },
      { field: 'model.blocks.1.width', values: [null, '3'] },
      { field: 'model.blocks.2.kind', values: [null, 'head'] },
    ])
  })

  test('equal runs differ in nothing', () => {
    expect(configurationDifferences([run({ hidden: [8] }), run({ hidden: [8] })])).toEqual([])
  })
})

describe('experimentKey', () => {
  test('is blind to seeds and to the order of fields alone', () => {
    const key = experimentKey(run({ hidden: [8], masks: 2, orderingSeed: 1 }, { seed: 1 }))
    expect(experimentKey(run({ masks: 2, orderingSeed: 7, hidden: [8] }, { seed: 2 }))).toBe(key)
    expect(experimentKey(run({ hidden: [9], masks: 2, orderingSeed: 1 }, { seed: 1 }))).not.toBe(key)
    expect(experimentKey(run({ hidden: [8], masks: 2, orderingSeed: 1 }, { batchSize: 7 }))).not.toBe(key)
  })
})
