import type { Ref } from 'vue'
import type { ModelDocument } from '../../../src-main/contract'
import type { DraftConfig } from './blockChain'
import { COMPOSED } from './composedDocument'
import { useBuilderDraft } from './useBuilderDraft'
import type { OpenedModel } from './useBuilderDraft'
import { useProblems } from '../useProblems'
import { useModelsStore } from '../../stores/models'
import { text } from '../../strings'

/** Puts a document of any family that is made of blocks into the builder, for the given data set. */
export function useOpenAsBlocks(datasetId: Readonly<Ref<string | null>>) {
  const models = useModelsStore()
  const model = useBuilderDraft()
  const { report } = useProblems()

  /** False when it cannot be opened, which is then reported; the model that was open stays. */
  async function open(document: ModelDocument, about: Omit<OpenedModel, 'config'>): Promise<boolean> {
    const id = datasetId.value
    if (id === null) return false
    try {
      const blocks = document.family === COMPOSED ? document : await models.openAsBlocks(document, id)
      model.open({ ...about, config: blocks.config as DraftConfig })
      // What is added goes behind the last block that is no output.
      const { chain } = model.draft.value
      model.selected.value = (chain.findLast(({ block }) => !isHead(block.kind)) ?? chain.at(-1))?.key ?? null
      return true
    } catch (error) {
      report(error, text.builder.files.failed)
      return false
    }
  }

  return { open }
}

export const isHead = (kind: string): boolean => kind.endsWith('-head')
