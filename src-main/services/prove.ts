import type { CausalityProof, ModelDocument } from '../contract/records/model'
import type { StudioContext } from './context'
import { checkedModel } from './families'

/** Larger models are proved before they are trained, but not for a look at their figures: their weights alone would fill the memory. */
const MOST_PARAMETERS = 50_000_000

/** The numerical proof of causality on the built model, beside any training. */
export async function proveModel(
  { datasets, engines }: StudioContext,
  input: { model: ModelDocument; datasetId: string },
  signal: AbortSignal | undefined,
): Promise<CausalityProof | null> {
  const { domain } = datasets.get(input.datasetId)
  const { model, inspection } = checkedModel(input.model, domain)
  if (inspection.parameters > MOST_PARAMETERS) return null
  for await (const proof of engines.withLight(signal, async function* (client) { yield await client.prove({ model, domain }) })) return proof
  return null
}
