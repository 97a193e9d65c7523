import { expect, it } from 'vitest'
import { z } from 'zod'
import { blockFields } from './blockFields'

it('lets those settings be emptied that may be left out', () => {
  const schema = z.strictObject({
    kind: z.literal('image-head'),
    channels: z.number().int().min(1),
    relu: z.boolean().default(false),
    kernel: z.union([z.literal(1), z.literal(3)]).default(3),
    components: z.number().int().min(1).max(64).optional(),
  })
  const fields = blockFields(z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>)
  expect(fields.map(({ name, kind, optional, nullable }) => [name, kind, optional, nullable])).toEqual([
    ['channels', 'integer', false, false],
    ['relu', 'boolean', false, false],
    ['kernel', 'choice', false, false],
    ['components', 'integer', true, true],
  ])
})
