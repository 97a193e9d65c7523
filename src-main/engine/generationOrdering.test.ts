import { expect, test } from 'vitest'
import { generationOrdering } from '../contract/inspect/generationOrdering'
import { tinyCases } from '../ml/models/tinyCases'
import { buildModel } from './buildModel'

test.each(tinyCases.map(({ family, title, config, domain }) => [`${family}, ${title}`, { family, config }, domain] as const))(
  '%s: the ordering that is told without building is that of the built model',
  (_title, model, domain) => {
    const { ordering } = buildModel(model, domain, 0)
    const told = generationOrdering(model, domain)
    expect([...told]).toEqual(ordering ? [...ordering] : Array.from(told.keys()))
  },
)
