import { describe, expect, it } from 'vitest'
import type { FamilyGroup, FamilyInfo } from '../../src-main/contract'
import { text } from '../strings'
import { listFamilies, suggestedFamily, tagline } from './familyOrder'

const info = (id: string, group: FamilyGroup | undefined, reference = ''): FamilyInfo => ({
  id,
  title: id.toUpperCase(),
  description: `What ${id} does`,
  reference,
  equation: '',
  cost: '',
  domains: [],
  schema: {},
  sampling: 'cached',
  ...(group ? { group } : {}),
})
const infos = [
  info('independent', 'baseline'),
  info('fvsbn', 'nade'),
  info('nade', 'nade', 'Larochelle & Murray (2011)'),
  info('eonade', 'nade'),
  info('made', 'nade'),
  info('pixelcnn', 'convolutional', 'van den Oord et al. (2016)'),
  info('wavenet', 'audio'),
  info('strange', undefined),
]
const fits = infos.map(({ id }) => ({ family: id, fits: id !== 'fvsbn' }))
const headings = text.models.groups
const shape = (listing: ReturnType<typeof listFamilies>) =>
  listing.groups.map(({ group, families }) => [group, ...families.map(({ fit }) => fit.family)])

describe('listFamilies', () => {
  it('puts the headings that suit the data first, preferred families on top of theirs, newcomers behind, the baseline last', () => {
    const listing = listFamilies(fits, infos, { kind: 'image', headings })
    expect(shape(listing)).toEqual([
      ['convolutional', 'pixelcnn'],
      ['nade', 'made', 'nade', 'eonade'],
      ['audio', 'wavenet'],
      ['other', 'strange'],
      ['baseline', 'independent'],
    ])
    expect(listing.unfit.map(({ fit }) => fit.family)).toEqual(['fvsbn'])
    expect(shape(listFamilies(fits, infos, { kind: 'audio', headings }))[0]).toEqual(['audio', 'wavenet'])
  })

  it('finds by title, author, year and heading, every word of the query', () => {
    const found = (query: string) => listFamilies(fits, infos, { kind: 'image', query, headings })
    expect(shape(found('murray 2011'))).toEqual([['nade', 'nade']])
    expect(shape(found('OORD'))).toEqual([['convolutional', 'pixelcnn']])
    expect(shape(found(headings.convolutional))).toEqual([['convolutional', 'pixelcnn']])
    expect(found('fvsbn')).toMatchObject({ groups: [], unfit: [{ fit: { family: 'fvsbn' } }] })
    expect(found('no such thing')).toEqual({ groups: [], unfit: [] })
  })
})

describe('suggestedFamily', () => {
  it('is the family made for the data, or any that fits', () => {
    expect(suggestedFamily(fits, 'image')).toBe('pixelcnn')
    expect(suggestedFamily(fits, 'table')).toBe('made')
    expect(suggestedFamily([{ family: 'strange', fits: true }], 'audio')).toBe('strange')
    expect(suggestedFamily([{ family: 'made', fits: false }], 'table')).toBeNull()
  })
})

describe('tagline', () => {
  it('is the first thing that is said', () => {
    expect(tagline('Masked convolutions over the image: each pixel is predicted. Strong on images.')).toBe('Masked convolutions over the image')
    expect(tagline('NADE.')).toBe('NADE')
  })

  it('ends a long one at a clause rather than in the middle of a word', () => {
    expect(tagline('Two stacks of gated convolutions, one for the rows above and one for the row itself. And more.')).toBe(
      'Two stacks of gated convolutions',
    )
    expect(tagline('A decoder-only Transformer over the dimensions in any ordering, as Image GPT: tokens.')).toBe(
      'A decoder-only Transformer over the dimensions in any ordering',
    )
    expect(tagline('Each value depends on the last k alone (an n-gram of n = k + 1), fitted by counting.')).toBe(
      'Each value depends on the last k alone (an n-gram of n = k + 1)',
    )
  })
})
