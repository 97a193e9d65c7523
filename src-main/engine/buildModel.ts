import type { Domain } from '../contract/domain'
import { refusalOf } from '../contract/inspect/pairs'
import type { ModelDocument } from '../contract/records/model'
import type { DataStatistics, Model } from '../ml/models/model'
import { familyById } from '../ml/models/registry'

/** A document that a family refuses; the message names the field or the reason. */
export class ModelDocumentError extends Error {
  override readonly name = 'ModelDocumentError'
}

/** The model of a document for a domain: checks the configuration against the family's schema. */
export function buildModel({ family: id, config }: ModelDocument, domain: Domain, seed: number, statistics?: DataStatistics): Model {
  const { description, build } = familyById(id)
  const refusal = refusalOf(description, domain)
  if (refusal) throw new ModelDocumentError(refusal)
  const parsed = description.schema.safeParse(config)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the configuration'}: ${message}`)
    throw new ModelDocumentError(`The configuration of ${description.title} is not valid. ${issues.join('; ')}.`)
  }
  return build(parsed.data, domain, seed, statistics)
}

/** Samples of context of one conditional of a sequence model; null when it sees the whole past. */
export const contextOf = (model: Model): number | null => model.receptiveField ?? null
