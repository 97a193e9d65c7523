import { describe, expect, it } from 'vitest'
import type { Domain } from '../contract/domain'
import { configIssues } from '../contract/inspect/inspectDocument'
import { UserError } from '../data/userError'
import { checkedModel, familyOf } from './families'

const image = (height: number, width: number): Domain => ({ kind: 'image', shape: [height, width, 3], levels: 256, variableLength: false, encoding: 'linear' })

describe('a value that the schema accepts but the data cannot have', () => {
  it.each([
    { family: 'pixelcnnpp', config: { resolutions: 4 }, domain: image(36, 36), field: 'resolutions', mend: 'Choose 3 resolutions' },
    { family: 'multiscale', config: { factor: 5 }, domain: image(32, 32), field: 'factor', mend: 'Choose 2 or 4 or 8' },
  ])('is refused before training by its field: $family', ({ family, config, domain, field, mend }) => {
    expect(configIssues(familyOf(family), config, domain)).toEqual([{ field, message: expect.stringContaining(mend) }])
    let refusal: unknown
    try {
      checkedModel({ family, config }, domain)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toBeInstanceOf(UserError)
    expect(refusal).toMatchObject({ message: expect.stringMatching(`${field}: .*${mend}.*--size`) })
    const fitting = checkedModel({ family, config: {} }, domain)
    expect(fitting.model.config).toMatchObject({ [field]: field === 'factor' ? 2 : 3 })
  })
})
