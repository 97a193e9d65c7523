import { computed, shallowRef, watch } from 'vue'
import { z } from 'zod'
import type { Budget, PresetName, RunRecord, TrainingConfig, TrainingSettings } from '../../../src-main/contract'
import type { BlockKind } from '../../../src-main/contract/builder'
import { blockDescriptions, blockSchemas, defaultBlock, usualLayout } from '../../../src-main/contract/builder'
import { COMPOSED } from './composedDocument'
import { useBuilderDraft } from './useBuilderDraft'
import { useBuilderField } from './useBuilderField'
import { useBuilderInspection } from './useBuilderInspection'
import { useBuilderSaving } from './useBuilderSaving'
import { isHead, useOpenAsBlocks } from './useOpenAsBlocks'
import { usePaletteFits } from './usePaletteFits'
import { changedTraining } from '../trainingSettings'
import { useProblems } from '../useProblems'
import { useConnectionStore } from '../../stores/connection'
import { useDatasetsStore } from '../../stores/datasets'
import { useModelsStore } from '../../stores/models'
import { useRunsStore } from '../../stores/runs'
import { useWorkbenchStore } from '../../stores/workbench'
import { fill, text } from '../../strings'

const words = text.builder

/** Everything that the builder page does with its model. */
export function useBuilder() {
  const datasets = useDatasetsStore()
  const models = useModelsStore()
  const runs = useRunsStore()
  const connection = useConnectionStore()
  const workbench = useWorkbenchStore()
  const { report } = useProblems()
  const model = useBuilderDraft()

  const datasetId = computed<string | null>({
    get: () => datasets.byId(workbench.datasetId)?.id ?? datasets.datasets[0]?.id ?? null,
    set: (id) => (workbench.datasetId = id),
  })
  const dataset = computed(() => datasets.byId(datasetId.value))
  const domain = computed(() => dataset.value?.domain ?? null)
  const { open: openDocument } = useOpenAsBlocks(datasetId)
  const batchSize = computed(() => model.about.value.training.batchSize)
  const online = computed(() => connection.state === 'open')
  const inspection = useBuilderInspection({ config: model.config, datasetId, domain, batchSize, online })
  const field = useBuilderField({ config: model.config, domain, block: model.selectedIndex, onPicture: () => measure('builder:picture') })

  /** Started without any block: the chain is shown, though it is empty. */
  const begun = shallowRef(false)
  watch(datasetId, () => (begun.value = false))

  const titleOf = (kind: string): string => (kind in blockDescriptions ? blockDescriptions[kind as BlockKind].title : kind)
  const titleOfKey = (key: number): string => titleOf(model.draft.value.chain.find((entry) => entry.key === key)?.block.kind ?? '')
  const titles: ReadonlyMap<string, string> = new Map(Object.entries(blockDescriptions).map(([kind, { title }]) => [kind, title]))

  /** Blocks before the place of a new one: behind the chosen block, but before an output that ends the chain. */
  const place = computed(() => {
    const { chain } = model.draft.value
    const chosen = model.selectedIndex.value
    if (chosen < 0) return chain.length
    const last = chosen === chain.length - 1
    return last && isHead(chain[chosen]!.block.kind) ? chosen : chosen + 1
  })
  const { offers: palette } = usePaletteFits({ config: model.config, domain, place })

  /** The form of the chosen block. */
  const schema = computed(() => {
    const kind = model.selectedBlock.value?.kind
    if (!kind || !(kind in blockSchemas)) return null
    return z.toJSONSchema(blockSchemas[kind as BlockKind], { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
  })
  const description = computed(() => palette.value.find(({ kind }) => kind === model.selectedBlock.value?.kind)?.description ?? '')

  function add(kind: string, index = place.value): void {
    if (!domain.value || !(kind in blockSchemas)) return
    const block = palette.value.find((entry) => entry.kind === kind)?.defaults ?? defaultBlock(kind as BlockKind, domain.value)
    model.insert(structuredClone(block), index, titleOf(kind))
  }
  const move = (key: number, to: number): void => model.move(key, to, titleOfKey(key))
  const duplicate = (key: number): void => model.duplicate(key, titleOfKey(key))
  const remove = (key: number): void => model.remove(key, titleOfKey(key))
  function setField(name: string, value: unknown): void {
    if (model.selected.value !== null) model.setField(model.selected.value, name, value, titleOfKey(model.selected.value))
  }

  /** From an edit to the picture of what it changes: read by the end-to-end suite, and by anyone with a browser's profiler. */
  let editedAt = 0
  watch(model.config, () => (editedAt = performance.now()), { flush: 'sync' })
  watch(model.config, () => measure('builder:feedback'), { flush: 'post' })
  function measure(name: string): void {
    if (editedAt > 0) performance.measure(name, { start: editedAt, end: performance.now() })
  }

  // Fields that hold something that is no value, such as letters where a number belongs.
  const invalid = shallowRef<ReadonlySet<string>>(new Set())
  function setValidity(name: string, valid: boolean): void {
    if (invalid.value.has(name) === !valid) return
    const next = new Set(invalid.value)
    if (valid) next.delete(name)
    else next.add(name)
    invalid.value = next
  }
  const setBlockValidity = (name: string, valid: boolean): void => setValidity(`block.${name}`, valid)
  watch(model.selected, () => (invalid.value = new Set([...invalid.value].filter((name) => !name.startsWith('block.')))))
  const setJsonValid = (valid: boolean): void => setValidity('json', valid)

  const blocked = computed<string | null>(() => {
    const { firstWrong, firstLeak, current, error } = inspection
    if (model.isEmpty.value) return words.blocked.empty
    if (invalid.value.has('json')) return words.blocked.json
    if (invalid.value.size > 0) return words.blocked.fields
    if (firstWrong.value) {
      const { index, reason } = firstWrong.value
      return index === null ? reason : fill(words.blocked.wrong, { number: index + 1, reason })
    }
    if (firstLeak.value) return fill(words.blocked.leaks, { number: firstLeak.value.index + 1, reason: firstLeak.value.reason })
    if (!online.value) return words.blocked.offline
    if (error.value) return text.models.inspect.failed
    if (!current.value) return words.blocked.checking
    if (Object.keys(model.about.value.budget).length === 0) return words.blocked.budget
    return null
  })

  const setTraining = (change: Partial<TrainingConfig>): void => model.describe({ training: { ...model.about.value.training, ...change } })
  const setBudget = (budget: Budget): void => model.describe({ budget })

  async function start(runName: string): Promise<RunRecord | null> {
    const id = datasetId.value
    if (id === null || blocked.value !== null) return null
    const { training, presetTraining, budget } = model.about.value
    try {
      const run = await runs.create({
        name: runName.trim() || undefined,
        datasetId: id,
        model: { family: COMPOSED, config: model.config.value },
        preset: null,
        training: changedTraining(training, presetTraining as TrainingSettings),
        budget,
      })
      workbench.runId = run.id
      return run
    } catch (error) {
      report(error)
      return null
    }
  }

  async function openPreset(family: string, name: PresetName): Promise<boolean> {
    const id = datasetId.value
    if (id === null) return false
    try {
      const fit = (await models.fitsFor(id)).find((candidate) => candidate.family === family)
      const preset = fit?.presets.find((candidate) => candidate.name === name)
      if (!preset) return false
      const title = `${models.byId(family)?.title ?? family}, ${text.models.presetNames[name].toLowerCase()}`
      return await openDocument({ family, config: preset.config }, {
        name: family === COMPOSED ? words.untitled : title,
        origin: fill(words.from, { origin: title }),
        training: preset.training as Partial<TrainingConfig>,
        budget: preset.budget,
      })
    } catch (error) {
      report(error)
      return false
    }
  }

  async function openRun(id: string): Promise<void> {
    const run = runs.byId(id)
    if (!run) return
    if (datasets.byId(run.dataset.id)) workbench.datasetId = run.dataset.id
    const { name, training, budget } = run
    await openDocument(run.model, { name, origin: fill(words.from, { origin: name }), training, budget })
  }

  function startEmpty(): void {
    const layout = domain.value ? usualLayout(domain.value) : 'image'
    model.open({ config: { layout, ordering: 'raster', orderingSeed: 0, blocks: [] }, name: '', origin: null })
    begun.value = true
  }

  const saving = useBuilderSaving({ model, datasetId, openDocument })

  return {
    model,
    datasetId,
    dataset,
    domain,
    inspection,
    field,
    begun,
    titleOf,
    titles,
    palette,
    place,
    schema,
    description,
    blocked,
    saving,
    add,
    move,
    duplicate,
    remove,
    setField,
    setBlockValidity,
    setValidity,
    setJsonValid,
    setTraining,
    setBudget,
    start,
    startEmpty,
    openDocument,
    openPreset,
    openRun,
  }
}
export type Builder = ReturnType<typeof useBuilder>
