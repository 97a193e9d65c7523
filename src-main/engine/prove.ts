import type { Domain } from '../contract/domain'
import type { CausalityProof, ModelDocument } from '../contract/records/model'
import type { Model } from '../ml/models/model'
import { familyById } from '../ml/models/registry'
import { NotFiniteError } from '../ml/evaluation/causality'
import { proveQuickly } from '../ml/evaluation/quickProof'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel, ModelDocumentError } from './buildModel'
import type { ProveRequest } from './protocol'

export async function prove({ model, domain }: ProveRequest): Promise<CausalityProof> {
  await startEngine()
  return proofOf(model, buildModel(model, domain, 0), domain)
}

/** The numerical proof, its leaks with the block that they run through. */
export function proofOf({ family, config }: ModelDocument, model: Model, domain: Domain): CausalityProof {
  const { description } = familyById(family)
  const parsed = description.schema.parse(config)
  const { multiplyAdds, blocks, trainingMemoryBytes } = description.inspect(parsed, domain, { batchSize: 1 })
  const bytesPerRow = description.inspect(parsed, domain, { batchSize: 2 }).trainingMemoryBytes - trainingMemoryBytes
  const { leaks, through, perturbed, differentiated, dimensions, seconds } = proveQuickly(model, domain, { multiplyAdds, bytesPerRow })
  const kindOf = (group: string): string => blocks.find(({ name }) => name === group)?.kind ?? ''
  const named = through.map((group) => (kindOf(group) ? `${group} (${kindOf(group)})` : group))
  const [first] = leaks
  const block = named.length > 0 ? named.join(' or ') : 'a path without weights'
  return {
    causal: leaks.length === 0,
    leaks: first ? [{ block, reason: `the conditional of dimension ${first.conditional} changes with dimension ${first.sees}, which comes ${first.conditional === first.sees ? 'with it' : 'later'}` }] : [],
    perturbed,
    differentiated,
    dimensions,
    seconds,
  }
}

/** Refuses to train a model whose conditionals see what they predict, whatever its document says. */
export function refuseLeaks(document: ModelDocument, model: Model, domain: Domain): void {
  let proof: CausalityProof
  try {
    proof = proofOf(document, model, domain)
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error
    console.error(error.message)
    return
  }
  const [leak] = proof.leaks
  if (!leak) return
  throw new ModelDocumentError(
    `This model looks at what it should predict: ${leak.block}: ${leak.reason}. Its likelihood would be wrong, so it is not trained. Mask or remove that block.`,
  )
}
