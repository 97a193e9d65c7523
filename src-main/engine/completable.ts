import type { CompletionExactness } from '../contract/records/completion'
import { completionOf } from '../ml/sampling/completion'
import { startEngine } from '../ml/tensor/startEngine'
import { buildModel } from './buildModel'
import type { CompletableRequest } from './protocol'

/** Whether the model of a document fills in the unknown dimensions exactly, and why. */
export async function completable({ model, domain, unknown }: CompletableRequest): Promise<CompletionExactness> {
  await startEngine()
  const { exact, why } = completionOf(buildModel(model, domain, 0), unknown)
  return { exact, why }
}
