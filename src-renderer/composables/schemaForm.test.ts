import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { trainingConfigSchema } from '../../src-main/contract'
import { text } from '../strings'
import { fieldsOf, parseField, showValue, titleFromName } from './schemaForm'

const messages = text.field
const schema = z.object({
  hidden: z
    .array(z.number().int().min(1).max(4096))
    .min(1)
    .max(4)
    .default([500])
    .meta({ title: 'Hidden layers', description: 'Units of each' }),
  direct: z.boolean().default(true),
  ordering: z.enum(['raster', 'random']).default('raster'),
  kernel: z.union([z.literal(3), z.literal(5), z.literal(7)]).default(7),
  dropout: z.number().min(0).lt(1).nullable().default(null),
  layers: z.number().int().positive().default(6),
  kind: z.literal('made'),
})
const fields = fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>)
const field = (name: string) => fields.find((candidate) => candidate.name === name)!

describe('fieldsOf', () => {
  it('maps each property to its kind, and a constant to none', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['hidden', 'list'],
      ['direct', 'boolean'],
      ['ordering', 'choice'],
      ['kernel', 'choice'],
      ['dropout', 'number'],
      ['layers', 'integer'],
    ])
  })

  it('takes titles, limits, defaults and choices from the schema', () => {
    expect(field('hidden')).toMatchObject({
      title: 'Hidden layers',
      description: 'Units of each',
      minimum: 1,
      maximum: 4096,
      minItems: 1,
      maxItems: 4,
      default: [500],
    })
    expect(field('kernel').choices.map((choice) => choice.value)).toEqual([3, 5, 7])
    expect(field('dropout')).toMatchObject({ nullable: true, minimum: 0, maximum: 1, below: true })
    expect(field('layers')).toMatchObject({ title: 'Layers', minimum: 0, above: true, maximum: null })
  })

  it('makes a field of every training setting but none of them unreadable', () => {
    const training = fieldsOf(z.toJSONSchema(trainingConfigSchema, { io: 'input' }) as Record<string, unknown>)
    expect(training.filter((candidate) => candidate.kind === 'json').map((candidate) => candidate.name)).toEqual(['schedule', 'optimizer'])
    expect(training.find((candidate) => candidate.name === 'gradientClip')).toMatchObject({ nullable: true, kind: 'number' })
  })
})

describe('parseField', () => {
  it('reads lists as people write them, and shows them back', () => {
    expect(parseField(field('hidden'), '500, 500', messages)).toEqual({ ok: true, value: [500, 500] })
    expect(parseField(field('hidden'), '[500 300]', messages)).toEqual({ ok: true, value: [500, 300] })
    expect(showValue(field('hidden'), [500, 500])).toBe('500, 500')
  })

  it('names what is wrong', () => {
    const message = (name: string, typed: string) => {
      const parsed = parseField(field(name), typed, messages)
      return parsed.ok ? null : parsed.message
    }
    expect(message('hidden', '500, -3')).toMatch(/-3.*1/)
    expect(message('hidden', '')).toBe(messages.required)
    expect(message('hidden', '1 1 1 1 1')).toMatch(/4/)
    expect(message('layers', '2.5')).toBe(messages.notInteger)
    expect(message('layers', '0')).toMatch(/0/)
    expect(message('layers', 'six')).toBe(messages.notNumber)
    expect(message('dropout', '1')).toMatch(/1/)
  })

  it('takes empty as null where that is allowed', () => {
    expect(parseField(field('dropout'), ' ', messages)).toEqual({ ok: true, value: null })
    expect(showValue(field('dropout'), null)).toBe('')
  })

  it('reads exponents and thousands', () => {
    expect(parseField(field('layers'), '1,000', messages)).toEqual({ ok: true, value: 1000 })
    expect(parseField(field('dropout'), '1e-3', messages)).toEqual({ ok: true, value: 0.001 })
    expect(showValue(field('dropout'), 0.00001)).toBe('1e-5')
  })

  it('gives back the type of a numeric choice', () => {
    expect(parseField(field('kernel'), '5', messages)).toEqual({ ok: true, value: 5 })
  })
})

describe('titleFromName', () => {
  it('splits words', () => expect(titleFromName('hiddenUnits')).toBe('Hidden units'))
})
