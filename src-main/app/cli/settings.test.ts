import { expect, test } from 'vitest'
import { applySettings, parseSetting } from './settings'

const targets = {
  config: { hidden: [500], seed: 1, blocks: [{ channels: 8 }] },
  configKeys: ['hidden', 'seed', 'blocks'],
  training: {},
  trainingKeys: ['seed', 'learningRate', 'schedule', 'optimizer', 'ema'],
}

test('values are JSON, or else words', () => {
  expect(parseSetting('hidden=[500,500]')).toEqual({ path: ['hidden'], value: [500, 500] })
  expect(parseSetting('ema=null').value).toBeNull()
  expect(parseSetting('activation=relu').value).toBe('relu')
  expect(() => parseSetting('hidden')).toThrow(/key=value/)
})

test('a bare key goes where it is known, a prefix decides', () => {
  const { config, training } = applySettings(targets, [
    'hidden=[300,300]',
    'learningRate=0.01',
    'model.seed=7',
    'training.seed=8',
    'training.ema=0.999',
    'blocks.0.channels=64',
  ])
  expect(config).toEqual({ hidden: [300, 300], seed: 7, blocks: [{ channels: 64 }] })
  expect(training).toEqual({ learningRate: 0.01, seed: 8, ema: 0.999 })
})

test('a schedule and an optimizer may be named', () => {
  expect(applySettings(targets, ['optimizer=adamw']).training).toEqual({ optimizer: { kind: 'adamw' } })
  expect(applySettings(targets, ['schedule=constant']).training).toEqual({ schedule: { kind: 'constant' } })
  expect(applySettings(targets, ['schedule.kind=cosine', 'schedule.floor=0.1']).training).toEqual({
    schedule: { kind: 'cosine', floor: 0.1 },
  })
})

test('what is unknown or could be both is refused, with the choices', () => {
  expect(() => applySettings(targets, ['seed=1'])).toThrow(/model's or training's/)
  expect(() => applySettings(targets, ['hiden=1'])).toThrow(/no such setting\. The model has: hidden, seed, blocks/)
  expect(() => applySettings(targets, ['blocks.3.channels=1'])).toThrow(/the list has 1/)
  expect(() => applySettings(targets, ['training.hidden=1'])).toThrow(/no such setting/)
})
