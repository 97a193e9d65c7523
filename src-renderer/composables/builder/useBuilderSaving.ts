import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import type { ModelDocument, SavedModel } from '../../../src-main/contract'
import { MODEL_FILE_ENDING } from '../../../src-main/contract'
import { modelFileText } from '../../../src-main/contract/builder'
import { COMPOSED } from './composedDocument'
import type { OpenedModel, useBuilderDraft } from './useBuilderDraft'
import { saveFile } from '../saveFile'
import { useProblems } from '../useProblems'
import { useDatasetsStore } from '../../stores/datasets'
import { useSavedModelsStore } from '../../stores/savedModels'
import { fill, text } from '../../strings'

export interface BuilderSavingOptions {
  model: ReturnType<typeof useBuilderDraft>
  datasetId: ComputedRef<string | null>
  openDocument(document: ModelDocument, about: Omit<OpenedModel, 'config'>): Promise<boolean>
}

const words = text.builder.actions

/** Saving, naming, forking and sharing the model of the builder. */
export function useBuilderSaving({ model, datasetId, openDocument }: BuilderSavingOptions) {
  const store = useSavedModelsStore()
  const datasets = useDatasetsStore()
  const { announce, attempt } = useProblems()
  const busy = shallowRef(false)
  /** The dialog that asks for a name, and what is done with it. */
  const naming = shallowRef<{ title: string; name: string; action: (name: string) => Promise<unknown> } | null>(null)

  const stored = computed(() => store.byId(model.about.value.saved?.id ?? null))
  /** Another window has saved this model since it was opened here. */
  const conflict = computed(() => {
    const { saved } = model.about.value
    return saved !== null && stored.value !== null && stored.value.revision > saved.revision ? stored.value : null
  })
  /** It was saved, but is not there any more. */
  const gone = computed(() => store.loaded && model.about.value.saved !== null && stored.value === null)
  const document = (): ModelDocument => ({ family: COMPOSED, config: model.config.value })
  const suggestedName = (): string => model.about.value.name || text.builder.untitled

  function took(saved: SavedModel): void {
    model.markSaved({ id: saved.id, revision: saved.revision }, saved.name)
    announce(fill(words.saved, { name: saved.name }))
  }

  async function save(): Promise<void> {
    const { saved } = model.about.value
    if (model.isEmpty.value || busy.value) return
    if (saved === null || gone.value) return saveAs()
    busy.value = true
    const { id, revision } = saved
    await attempt(async () => took(await store.update({ id, revision, model: document(), datasetId: datasetId.value ?? undefined })))
    busy.value = false
  }
  function saveAs(): void {
    const { saved } = model.about.value
    const name = suggestedName()
    naming.value = {
      title: words.saveCopy,
      name: saved !== null && !gone.value ? fill(words.copyName, { name }).slice(0, 80) : name,
      action: async (chosen) => took(await store.save({ name: chosen, model: document(), datasetId: datasetId.value ?? undefined })),
    }
  }
  function rename(): void {
    const { saved } = model.about.value
    naming.value = {
      title: words.rename,
      name: suggestedName(),
      action: async (chosen) => {
        if (saved === null || gone.value) return model.describe({ name: chosen })
        const renamed = await store.update({ id: saved.id, name: chosen, revision: saved.revision })
        model.describe({ name: renamed.name, saved: { id: renamed.id, revision: renamed.revision } })
      },
    }
  }
  /** A file that another studio opens. */
  function share(): void {
    const name = suggestedName()
    const domain = datasets.byId(datasetId.value)?.domain ?? null
    const content = modelFileText({ name, notes: '', domain, parent: null, model: document() })
    const slug = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'model'
    saveFile(new Blob([content], { type: 'application/json' }), `${slug}${MODEL_FILE_ENDING}`)
  }
  async function openSaved(id: string): Promise<boolean> {
    const saved = store.byId(id)
    if (!saved) return false
    const opened = await openDocument(saved.model, { name: saved.name, origin: null, saved: { id: saved.id, revision: saved.revision } })
    if (opened && saved.model.family !== COMPOSED) model.describe({ saved: null })
    return opened
  }
  /** A copy of a saved model, opened at once; the copy names the model that it comes from. */
  async function fork(id: string): Promise<boolean> {
    let opened = false
    await attempt(async () => {
      const copy = await store.duplicate(id)
      opened = await openSaved(copy.id)
      if (opened) announce(words.copied, { description: copy.name })
    })
    return opened
  }
  async function remove(id: string): Promise<void> {
    const name = store.byId(id)?.name ?? ''
    await store.remove(id)
    announce(fill(words.deleted, { name }), { action: { label: text.builder.undo, run: () => void attempt(() => store.restore(id)) } })
  }

  return { busy, naming, conflict, gone, save, saveAs, rename, share, openSaved, fork, remove }
}
