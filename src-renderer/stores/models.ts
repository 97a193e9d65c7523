import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { CausalityProof, EpochTime, FamilyInfo, ModelDocument } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

export type FamilyFit = Awaited<ReturnType<StudioClient['families']['forDataset']>>[number]
export type InspectAnswer = Awaited<ReturnType<StudioClient['families']['inspect']>>

/** Model families: what there is, what fits a data set, and the figures of a configuration. */
export const useModelsStore = defineStore('models', () => {
  const families = shallowRef<readonly FamilyInfo[]>([])

  async function loadFamilies(): Promise<void> {
    if (families.value.length === 0) families.value = await client.families.list()
  }

  function byId(id: string | null): FamilyInfo | null {
    return families.value.find((family) => family.id === id) ?? null
  }

  function fitsFor(datasetId: string): Promise<FamilyFit[]> {
    return client.families.forDataset({ datasetId })
  }

  function inspect(
    request: { model: ModelDocument; datasetId: string; batchSize: number; pixel?: [number, number] },
    signal?: AbortSignal,
  ): Promise<InspectAnswer> {
    return client.families.inspect(request, { signal })
  }

  /** The same net as a list of blocks. */
  function openAsBlocks(model: ModelDocument, datasetId: string): Promise<ModelDocument> {
    return client.families.openAsBlocks({ model, datasetId })
  }

  /** The numerical proof of causality on the built net; null where it is too large for a look. */
  function prove(model: ModelDocument, datasetId: string): Promise<CausalityProof | null> {
    return client.families.prove({ model, datasetId })
  }

  /** How long an epoch takes on this machine, as far as it was measured; `measure` trains some steps of the very model. */
  function epochTime(
    request: { model: ModelDocument; datasetId: string; batchSize: number; measure?: boolean },
    signal?: AbortSignal,
  ): Promise<EpochTime> {
    return client.families.epochTime(request, { signal })
  }

  return { families, loadFamilies, byId, fitsFor, inspect, openAsBlocks, prove, epochTime }
})
