import type { Domain } from '../domain'
import type { ModelDocument } from '../records/model'
import { composedSchema } from './composed'
import { familyDescription, familyDescriptions } from './registry'

/** Whether documents of a family can be opened as a list of blocks. */
export const opensAsBlocks = (family: string): boolean => familyDescriptions.find(({ id }) => id === family)?.blocks !== undefined

/**
 * The `composed` document of the same net: the same weights by the same names, and the same figures. Throws a message with the mend where the
 * family is not made of blocks, or its configuration does not go with the data.
 */
export function openAsBlocks({ family, config }: ModelDocument, domain: Domain): ModelDocument {
  const description = familyDescription(family)
  if (!description.blocks) {
    const others = familyDescriptions.flatMap(({ id, title, blocks }) => (blocks && id !== 'composed' ? [title] : []))
    throw new Error(`${description.title} is one structured block and cannot be taken apart. Open one of ${others.join(', ')} instead.`)
  }
  const parsed = description.schema.safeParse(config)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`${issue?.path.join('.') || 'the configuration'}: ${issue?.message ?? 'invalid'}`)
  }
  return { family: 'composed', config: composedSchema.parse(description.blocks(parsed.data, domain)) }
}
