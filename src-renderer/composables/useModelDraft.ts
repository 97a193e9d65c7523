import { refDebounced, watchDebounced } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { Budget, PresetName, RunRecord, TrainingConfig } from '../../src-main/contract'
import { suggestedFamily } from './familyOrder'
import { fieldsOf } from './schemaForm'
import { changedTraining, trainingDefaults } from './trainingSettings'
import { useProblems } from './useProblems'
import { useReconnected } from './useReconnected'
import { useDatasetsStore } from '../stores/datasets'
import { useModelsStore } from '../stores/models'
import type { FamilyFit, InspectAnswer } from '../stores/models'
import { useRunsStore } from '../stores/runs'
import { useWorkbenchStore } from '../stores/workbench'
import { text } from '../strings'

/** The model being put together on the Models page: data set, family, preset, configuration, training and budget. */
export function useModelDraft() {
  const datasets = useDatasetsStore()
  const models = useModelsStore()
  const runs = useRunsStore()
  const workbench = useWorkbenchStore()
  const { report } = useProblems()

  const datasetId = computed<string | null>({
    get: () => datasets.byId(workbench.datasetId)?.id ?? datasets.datasets[0]?.id ?? null,
    set: (id) => (workbench.datasetId = id),
  })
  const dataset = computed(() => datasets.byId(datasetId.value))
  const fits = shallowRef<readonly FamilyFit[]>([])
  const familyId = shallowRef<string | null>(null)
  const family = computed(() => models.byId(familyId.value))
  const fit = computed(() => fits.value.find((candidate) => candidate.family === familyId.value) ?? null)
  const presetName = shallowRef<PresetName>('small')
  const preset = computed(() => fit.value?.presets.find((candidate) => candidate.name === presetName.value) ?? null)
  const config = shallowRef<Record<string, unknown>>({})
  const training = shallowRef<TrainingConfig>(trainingDefaults)
  const budget = shallowRef<Budget>({})
  const runName = shallowRef('')
  const invalid = shallowRef<ReadonlySet<string>>(new Set())

  const fields = computed(() => (family.value ? fieldsOf(family.value.schema) : []))
  const edited = computed(() => preset.value !== null && JSON.stringify(config.value) !== JSON.stringify(preset.value.config))

  watch(datasetId, loadFits, { immediate: true })
  async function loadFits(id = datasetId.value): Promise<void> {
    fits.value = []
    if (id === null) return
    try {
      await models.loadFamilies()
      const answer = await models.fitsFor(id)
      if (id !== datasetId.value) return
      fits.value = answer
      const still = answer.find((candidate) => candidate.family === familyId.value && candidate.fits)
      chooseFamily(still?.family ?? suggestedFamily(answer, dataset.value?.domain.kind ?? 'image'))
    } catch (error) {
      report(error)
    }
  }
  // What is chosen and typed stays; what never arrived is asked for again.
  useReconnected(() => {
    if (fits.value.length === 0) void loadFits()
    else if (inspectError.value) void inspect()
  })

  function chooseFamily(id: string | null): void {
    familyId.value = id
    choosePreset(
      fit.value?.presets.some((candidate) => candidate.name === presetName.value)
        ? presetName.value
        : (fit.value?.presets[0]?.name ?? 'small'),
    )
  }

  function choosePreset(name: PresetName): void {
    presetName.value = name
    invalid.value = new Set()
    inspection.value = null
    config.value = { ...preset.value?.config }
    training.value = { ...trainingDefaults, ...preset.value?.training }
    budget.value = { ...preset.value?.budget }
  }

  function setConfig(name: string, value: unknown): void {
    config.value = { ...config.value, [name]: value }
  }
  function setTraining(change: Partial<TrainingConfig>): void {
    training.value = { ...training.value, ...change }
  }
  function setBudget(next: Budget): void {
    budget.value = next
  }
  function setValidity(name: string, valid: boolean): void {
    if (invalid.value.has(name) === !valid) return
    const next = new Set(invalid.value)
    if (valid) next.delete(name)
    else next.add(name)
    invalid.value = next
  }

  const pixel = shallowRef<[number, number] | undefined>(undefined)
  const inspection = shallowRef<InspectAnswer | null>(null)
  const inspectError = shallowRef<unknown>(null)
  const inspecting = shallowRef(false)
  let abort: AbortController | null = null
  onScopeDispose(() => abort?.abort())

  async function inspect(): Promise<void> {
    const id = datasetId.value
    if (id === null || familyId.value === null || !fit.value?.fits || invalid.value.size > 0) return
    abort?.abort()
    const mine = (abort = new AbortController())
    inspecting.value = true
    try {
      const answer = await models.inspect(
        { model: { family: familyId.value, config: config.value }, datasetId: id, batchSize: training.value.batchSize, pixel: pixel.value },
        mine.signal,
      )
      if (mine.signal.aborted) return
      inspection.value = answer
      inspectError.value = null
    } catch (error) {
      if (!mine.signal.aborted) inspectError.value = error
    } finally {
      if (abort === mine) inspecting.value = false
    }
  }
  watchDebounced([config, familyId, () => training.value.batchSize, invalid], inspect, { debounce: 150, immediate: true })
  watchDebounced(pixel, inspect, { debounce: 40 })
  watch([datasetId, familyId], () => (pixel.value = undefined))

  /** Errors that the family itself found, by field: 'hidden.0' counts for 'hidden'. */
  const issues = computed(
    () => new Map((inspection.value?.issues ?? []).map(({ field, message }) => [field.split('.')[0] ?? field, message])),
  )

  const blocked = computed<string | null>(() => {
    if (!fit.value?.fits) return fit.value?.why ?? text.models.startBlocked.noFamily
    if (invalid.value.size > 0 || issues.value.size > 0) return text.models.startBlocked.invalid
    if (inspection.value?.inspection && !inspection.value.inspection.causal) return text.models.startBlocked.leaks
    if (Object.keys(budget.value).length === 0) return text.models.training.budgetNeeded
    return null
  })

  async function start(): Promise<RunRecord | null> {
    const id = datasetId.value
    if (id === null || familyId.value === null || blocked.value !== null) return null
    try {
      const run = await runs.create({
        name: runName.value.trim() || undefined,
        datasetId: id,
        model: { family: familyId.value, config: config.value },
        preset: edited.value ? null : presetName.value,
        training: changedTraining(training.value, preset.value?.training ?? {}),
        budget: budget.value,
      })
      runName.value = ''
      workbench.runId = run.id
      return run
    } catch (error) {
      report(error)
      return null
    }
  }

  return {
    datasetId,
    dataset,
    fits,
    familyId,
    family,
    fit,
    presetName,
    preset,
    config,
    training,
    budget,
    runName,
    fields,
    edited,
    pixel,
    issues,
    blocked,
    inspection,
    inspectError,
    inspecting: refDebounced(inspecting, 250),
    invalid,
    chooseFamily,
    choosePreset,
    setConfig,
    setTraining,
    setBudget,
    setValidity,
    start,
  }
}
