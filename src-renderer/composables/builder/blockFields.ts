import type { FormField } from '../schemaForm'
import { fieldsOf } from '../schemaForm'

export interface BlockField extends FormField {
  /** May be left out of the block altogether. */
  optional: boolean
}

/** The fields of a block's form. What may be left out and has no default can be emptied. */
export function blockFields(schema: Record<string, unknown>): BlockField[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return fieldsOf(schema).map((field) => {
    const optional = !required.includes(field.name) && field.default === undefined
    return { ...field, optional, nullable: field.nullable || optional }
  })
}
