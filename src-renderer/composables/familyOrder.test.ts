import { describe, expect, it } from 'vitest'
import { orderFamilies } from './familyOrder'

describe('orderFamilies', () => {
  it('puts what fits first, the specialist on top, the baseline at the end and newcomers between', () => {
    const fits = ['independent', 'fvsbn', 'made', 'transformer', 'pixelcnn'].map((family) => ({ family, fits: family !== 'fvsbn' }))
    expect(orderFamilies(fits, 'image').map((fit) => fit.family)).toEqual(['pixelcnn', 'made', 'transformer', 'independent', 'fvsbn'])
  })
})
