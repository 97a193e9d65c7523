import { describe, expect, it } from 'vitest'
import { classesOfSamples, conditioningOf, toldFeatures } from './conditioning'

describe('conditioningOf', () => {
  it('reads the condition from the configuration and its size from the data', () => {
    expect(conditioningOf({ config: { condition: 'class' } }, { classes: 10 })).toEqual({ kind: 'class', classes: 10 })
    expect(conditioningOf({ config: { condition: 'vector', conditionSize: 3 } }, {})).toEqual({ kind: 'vector', size: 3 })
    const features = { size: 4, hop: 80, mean: [], deviation: [] }
    expect(conditioningOf({ config: { condition: 'features' } }, { features })).toEqual({ kind: 'features', size: 4, hop: 80 })
    expect(conditioningOf({ config: { condition: 'features' } }, {})).toBeNull()
    expect(toldFeatures({ model: { config: { condition: 'features' } }, dataset: { domain: { features } } })).toBe('4 for every 80 samples')
  })

  it('is null for a model of the examples alone, and for data without classes', () => {
    expect(conditioningOf({ config: { condition: 'none' } }, { classes: 10 })).toBeNull()
    expect(conditioningOf({ config: {} }, { classes: 10 })).toBeNull()
    expect(conditioningOf({ config: { condition: 'class' } }, {})).toBeNull()
  })
})

describe('classesOfSamples', () => {
  it('repeats one class, or gives each its row', () => {
    expect(classesOfSamples(4, 3, 10)).toEqual([4, 4, 4])
    expect(classesOfSamples('each', 6, 3)).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('shares an uneven number out as evenly as can be', () => {
    const classes = classesOfSamples('each', 8, 3)
    const shares = [0, 1, 2].map((one) => classes.filter((own) => own === one).length)
    expect(classes).toEqual([...classes].sort())
    expect(Math.max(...shares) - Math.min(...shares)).toBe(1)
  })
})
