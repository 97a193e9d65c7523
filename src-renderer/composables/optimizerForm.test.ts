import { describe, expect, it } from 'vitest'
import { text } from '../strings'
import { defaultOptimizer, optimizerFields, optimizerKinds, sharedSettings, withSetting } from './optimizerForm'

describe('optimiser form', () => {
  it('has a name and a word of help for every kind, and a title for every setting', () => {
    const words = text.models.training
    for (const kind of optimizerKinds) {
      expect(words.optimizers[kind], kind).toBeTruthy()
      expect(words.optimizerHelp[kind], kind).toBeTruthy()
      for (const { name } of optimizerFields(kind)) expect(words.optimizerFields, `${kind}.${name}`).toHaveProperty(name)
      for (const name of sharedSettings(kind)) expect(words.fields, `${kind}.${name}`).toHaveProperty(name)
    }
  })

  it('offers the settings of each kind with their limits', () => {
    expect(optimizerFields('adam')).toEqual([])
    expect(optimizerFields('adamw')).toMatchObject([{ name: 'weightDecay', kind: 'number', minimum: 0, maximum: 1 }])
    expect(optimizerFields('sgd').map(({ name, kind }) => [name, kind])).toEqual([
      ['momentum', 'number'],
      ['nesterov', 'boolean'],
    ])
  })

  it('changes one setting and leaves the others', () => {
    expect(withSetting(defaultOptimizer('sgd'), 'nesterov', true)).toEqual({ ...defaultOptimizer('sgd'), nesterov: true })
  })
})
