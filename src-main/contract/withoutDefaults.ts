import { z } from 'zod'

type Settings<Shape extends z.core.$ZodLooseShape> = {
  [Key in keyof Shape]: z.ZodOptional<Shape[Key] extends z.ZodDefault<infer Inner> ? Inner : Shape[Key]>
}

/**
 * The same fields, each optional and none filled in, so that 'not chosen' stays distinguishable from 'the default'
 * (zod's `partial()` fills defaults into absent fields).
 */
export function withoutDefaults<Shape extends z.core.$ZodLooseShape>(schema: z.ZodObject<Shape>): z.ZodObject<Settings<Shape>> {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, (field instanceof z.ZodDefault ? field.unwrap() : field).optional()])
  return z.object(Object.fromEntries(fields) as Settings<Shape>)
}
