import type { Domain } from '../domain'
import type { Inspection, ModelDocument } from '../records/model'
import type { ConfigMisfit, FamilyDescription, InspectOptions } from './family'
import { refusalOf } from './pairs'
import { familyDescription } from './registry'

/** What is wrong with a configuration: by the schema, else with this domain. `field` is a path: 'hidden.0'. */
export function configIssues(description: FamilyDescription, config: unknown, domain: Domain): ConfigMisfit[] {
  const parsed = description.schema.safeParse(config)
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  if (description.misfits) return description.misfits(parsed.data, domain)
  const misfit = description.misfit?.(parsed.data, domain)
  return misfit ? [misfit] : []
}

/**
 * The figures of a document on some data, or everything that keeps it from being built; `refusal`: why the family does not fit this data at all.
 * Throws a message for people when there is no such family.
 */
export function inspectDocument(
  { family, config }: ModelDocument,
  domain: Domain,
  options: InspectOptions = {},
): { inspection: Inspection | null; issues: ConfigMisfit[]; refusal: string | null } {
  const description = familyDescription(family)
  const refusal = refusalOf(description, domain)
  if (refusal) return { inspection: null, issues: [], refusal }
  const issues = configIssues(description, config, domain)
  if (issues.length > 0) return { inspection: null, issues, refusal }
  try {
    return { inspection: description.inspect(description.schema.parse(config), domain, options), issues, refusal }
  } catch (error) {
    // Families that find out only while they are laid out: the message names the field.
    return { inspection: null, issues: [{ field: '', message: error instanceof Error ? error.message : String(error) }], refusal }
  }
}
