import { refDebounced, watchDebounced } from '@vueuse/core'
import type { ComputedRef } from 'vue'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { Domain, EpochTime, Inspection } from '../../../src-main/contract'
import type { DraftConfig } from './blockChain'
import { asSentence, checkDraft, wholeIssue } from './checkDraft'
import type { CheckedDraft } from './checkDraft'
import { COMPOSED } from './composedDocument'
import { useModelsStore } from '../../stores/models'

export interface BuilderInspectionOptions {
  config: ComputedRef<DraftConfig>
  datasetId: ComputedRef<string | null>
  domain: ComputedRef<Domain | null>
  batchSize: ComputedRef<number>
  /** Whether the studio can be reached. */
  online: ComputedRef<boolean>
}

/** The studio's answer, and of what model it speaks. */
interface Asked {
  config: DraftConfig
  answer: Inspection
}

/**
 * What there is to say of the model. The blocks one by one are looked at within the window, in the frame of the edit; the whole (memory,
 * the largest receptive field, the verdict of causality) by the studio, whose late answers to earlier questions are dropped.
 */
export function useBuilderInspection(options: BuilderInspectionOptions) {
  const { config, datasetId, domain, batchSize, online } = options
  const models = useModelsStore()
  const checked = computed<CheckedDraft | null>(() => (domain.value ? checkDraft(config.value, domain.value) : null))
  const sound = computed(() => checked.value !== null && checked.value.issues.length === 0)

  const asked = shallowRef<Asked | null>(null)
  const error = shallowRef<unknown>(null)
  const working = shallowRef(false)
  let abort: AbortController | null = null

  async function inspect(): Promise<void> {
    abort?.abort()
    const id = datasetId.value
    const of = config.value
    if (id === null || !sound.value || !online.value) {
      working.value = false
      return
    }
    const mine = (abort = new AbortController())
    working.value = true
    try {
      const model = { family: COMPOSED, config: of }
      const { inspection } = await models.inspect({ model, datasetId: id, batchSize: batchSize.value }, mine.signal)
      if (mine.signal.aborted) return
      if (inspection) asked.value = { config: of, answer: inspection }
      error.value = null
      performance.mark('builder:studio')
    } catch (problem) {
      if (!mine.signal.aborted) error.value = problem
    } finally {
      if (abort === mine) working.value = false
    }
  }
  watchDebounced([config, datasetId, domain, batchSize, online], inspect, { debounce: 40, immediate: true })
  onScopeDispose(() => abort?.abort())

  /** Of this very model, not of one before. */
  const current = computed(() => (asked.value?.config === config.value && sound.value ? asked.value.answer : null))
  /** The counts are known at once; what the studio adds stays as it was until it has answered. */
  const whole = computed<Inspection | null>(() => {
    if (!sound.value || !checked.value || !asked.value) return null
    return { ...asked.value.answer, parameters: checked.value.parameters, multiplyAdds: checked.value.multiplyAdds }
  })

  const firstLeak = computed(() => {
    const [own] = checked.value?.leaks ?? []
    if (own) return { index: own[0], reason: own[1] }
    const [leak] = current.value?.leaks ?? []
    if (!leak) return null
    return { index: Number(/blocks\.(\d+)/.exec(leak.block)?.[1] ?? 0), reason: asSentence(leak.reason) }
  })
  const leaks = computed<ReadonlyMap<number, string>>(() => {
    const own = checked.value?.leaks
    if (own && own.size > 0) return own
    return firstLeak.value ? new Map([[firstLeak.value.index, firstLeak.value.reason]]) : new Map()
  })
  const firstWrong = computed(() => {
    if (!checked.value || sound.value) return null
    const index = Math.min(...checked.value.wrong.keys())
    if (Number.isFinite(index)) return { index, reason: checked.value.wrong.get(index)! }
    return { index: null, reason: wholeIssue(checked.value) ?? '' }
  })

  const epoch = shallowRef<EpochTime | null>(null)
  const measuring = shallowRef(false)
  async function askEpoch(measure: boolean): Promise<void> {
    const id = datasetId.value
    const of = config.value
    if (id === null || !sound.value || firstLeak.value) return void (epoch.value = null)
    measuring.value = measure
    try {
      const answer = await models.epochTime({ model: { family: COMPOSED, config: of }, datasetId: id, batchSize: batchSize.value, measure })
      if (of === config.value) epoch.value = answer
    } catch (problem) {
      epoch.value = null
      if (measure) throw problem
    } finally {
      if (measure) measuring.value = false
    }
  }
  watchDebounced([current, batchSize], () => void askEpoch(false), { debounce: 400 })
  watch(sound, (good) => good || (epoch.value = null))

  return {
    checked,
    issues: computed(() => checked.value?.issues ?? []),
    blocks: computed(() => checked.value?.blocks ?? []),
    wrong: computed(() => checked.value?.wrong ?? new Map<number, string>()),
    leaks,
    firstLeak,
    firstWrong,
    current,
    whole,
    /** A lost connection is said elsewhere, and the question is asked again by itself. */
    error: computed(() => (online.value ? error.value : null)),
    busy: refDebounced(working, 250),
    epoch,
    measuring,
    measureEpoch: () => askEpoch(true),
  }
}
