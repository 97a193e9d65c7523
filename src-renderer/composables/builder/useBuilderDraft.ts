import { createGlobalState, useStorage } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Budget, TrainingConfig } from '../../../src-main/contract'
import type { BlockDocument, ChainDraft, DraftConfig } from './blockChain'
import * as chains from './blockChain'
import type { Change } from './history'
import * as histories from './history'
import { titleFromName } from '../schemaForm'
import { trainingDefaults } from '../trainingSettings'
import { fill, text } from '../../strings'

/** The saved model that is open, and which of its versions. */
export interface SavedReference {
  id: string
  revision: number
}

/** What is opened in the builder: a preset as blocks, a saved model, a file, or the model of a run. */
export interface OpenedModel {
  config: DraftConfig
  name: string
  /** Where it comes from, for people; null when it is a saved model of its own. */
  origin: string | null
  saved?: SavedReference | null
  training?: Partial<TrainingConfig>
  budget?: Budget
}

/** What is known of an opened model beside its blocks. Undo across an opening goes back to the model before, with all of this. */
interface About {
  name: string
  origin: string | null
  saved: SavedReference | null
  /** The configuration as it was opened or saved, as JSON, to tell whether it has changed. */
  reference: string
  /** What the preset sets, of which nothing is left to the studio's defaults. */
  presetTraining: Partial<TrainingConfig>
  training: TrainingConfig
  budget: Budget
}

interface Kept {
  version: 1
  config: DraftConfig
  about: About
}

interface State {
  draft: ChainDraft
  /** Which opened model this is. */
  session: number
}

const words = text.builder.steps
const usualBudget: Budget = { steps: 1000 }

/**
 * The model that is being built. One for the window: it stays when another page is looked at, and is kept in the browser's storage, so
 * that neither a reload nor a lost studio takes it away.
 */
export const useBuilderDraft = createGlobalState(() => {
  const kept = useStorage<Kept | null>('chainrule:builder', null, undefined, {
    serializer: { read: readKept, write: (value) => JSON.stringify(value) },
    shallow: true,
    listenToStorageChanges: false,
    writeDefaults: false,
  })
  const first = kept.value
  const begin = first ? chains.withConfig(chains.emptyDraft(), first.config) : chains.emptyDraft()
  const history = shallowRef(histories.beginHistory<State>({ draft: begin, session: 0 }))
  const firstAbout = first?.about ?? aboutOf({ config: chains.configOf(begin), name: '', origin: null })
  const abouts = shallowRef<ReadonlyMap<number, About>>(new Map([[0, firstAbout]]))

  const session = computed(() => history.value.present.session)
  const draft = computed(() => history.value.present.draft)
  const config = computed(() => chains.configOf(draft.value))
  const about = computed(() => abouts.value.get(session.value)!)
  const changed = computed(() => JSON.stringify(config.value) !== about.value.reference)
  const next = computed(() => histories.nextSteps(history.value))
  const isEmpty = computed(() => draft.value.chain.length === 0)

  const selected = shallowRef<number | null>(begin.chain[0]?.key ?? null)
  const selectedIndex = computed(() => chains.indexOfKey(draft.value, selected.value))
  const selectedBlock = computed(() => draft.value.chain[selectedIndex.value]?.block ?? null)
  let lastIndex = 0
  watch(selectedIndex, (index) => (lastIndex = index >= 0 ? index : lastIndex), { flush: 'sync' })

  watch([config, about], () => (kept.value = { version: 1, config: config.value, about: about.value }))

  function change(to: ChainDraft, how: Change): void {
    if (to === draft.value) return
    history.value = histories.record(history.value, { draft: to, session: session.value }, { at: performance.now(), ...how })
    keepSelection()
  }
  /** The chosen block may be gone; then the one that took its place is chosen. */
  function keepSelection(): void {
    const { chain } = draft.value
    if (chain.some(({ key }) => key === selected.value)) return
    selected.value = chain[Math.min(chain.length - 1, lastIndex)]?.key ?? null
  }

  function insert(block: BlockDocument, index: number, title: string): void {
    const inserted = chains.insertBlock(draft.value, index, block)
    change(inserted.draft, { label: fill(words.add, { block: title }) })
    selected.value = inserted.key
  }
  function remove(key: number, title: string): void {
    change(chains.removeBlock(draft.value, key), { label: fill(words.remove, { block: title }) })
  }
  function duplicate(key: number, title: string): void {
    const copy = chains.duplicateBlock(draft.value, key)
    change(copy.draft, { label: fill(words.duplicate, { block: title }) })
    selected.value = copy.key
  }
  function move(key: number, to: number, title: string): void {
    change(chains.moveBlock(draft.value, key, to), { label: fill(words.move, { block: title }) })
    selected.value = key
  }
  function setField(key: number, field: string, value: unknown, title: string): void {
    const label = fill(words.field, { field: titleFromName(field), block: title })
    change(chains.setBlockField(draft.value, key, field, value), { label, merge: `${key}.${field}` })
  }
  function setSetting(field: string, value: unknown): void {
    change(chains.setSetting(draft.value, field, value), { label: fill(words.setting, { field: titleFromName(field).toLowerCase() }) })
  }
  function replace(to: DraftConfig): void {
    change(chains.withConfig(draft.value, to), { label: words.json, merge: 'json' })
  }
  function undo(): void {
    history.value = histories.undo(history.value)
    keepSelection()
  }
  function redo(): void {
    history.value = histories.redo(history.value)
    keepSelection()
  }

  /** Another model takes the place of this one; undo brings this one back. */
  function open(model: OpenedModel): void {
    const opened = Math.max(...abouts.value.keys()) + 1
    const blank = { ...chains.emptyDraft(), nextKey: draft.value.nextKey }
    const state: State = { draft: chains.withConfig(blank, model.config), session: opened }
    abouts.value = new Map(abouts.value).set(opened, aboutOf({ ...model, config: chains.configOf(state.draft) }))
    history.value =
      isEmpty.value && next.value.undo === null
        ? histories.beginHistory(state)
        : histories.record(history.value, state, { label: fill(words.open, { name: model.name || text.builder.untitled }) })
    selected.value = state.draft.chain[0]?.key ?? null
  }
  function describe(change: Partial<About>): void {
    abouts.value = new Map(abouts.value).set(session.value, { ...about.value, ...change })
  }
  /** It stands in the studio now, as it is. */
  function markSaved(saved: SavedReference, name: string): void {
    describe({ saved, name, origin: null, reference: JSON.stringify(config.value) })
  }

  return {
    draft,
    config,
    about,
    changed,
    next,
    isEmpty,
    selected,
    selectedIndex,
    selectedBlock,
    insert,
    remove,
    duplicate,
    move,
    setField,
    setSetting,
    replace,
    undo,
    redo,
    open,
    describe,
    markSaved,
  }
})

function aboutOf({ config, name, origin, saved = null, training = {}, budget = usualBudget }: OpenedModel): About {
  return {
    name,
    origin,
    saved,
    reference: JSON.stringify(config),
    presetTraining: training,
    training: { ...trainingDefaults, ...training },
    budget: { ...budget },
  }
}

/** What an older version or another hand left in the storage is no reason not to start. */
function readKept(written: string): Kept | null {
  try {
    const value = JSON.parse(written) as Kept | null
    const whole = value?.version === 1 && Array.isArray(value.config?.blocks) && typeof value.about?.training === 'object'
    return whole ? value : null
  } catch {
    return null
  }
}
