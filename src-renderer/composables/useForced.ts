import { refDebounced, useStorage } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { CheckpointSelector, CompletionSet, RunRecord, SplitName, TeacherForced } from '../../src-main/contract'
import { conditioningOf, dimensionsOf } from '../../src-main/contract'
import { generationOrdering } from '../../src-main/contract/inspect/generationOrdering'
import { isAbort } from '../api/errors'
import { floatsOf, orderOf, partsOf } from '../charts/playback'
import { useDatasetsStore } from '../stores/datasets'
import { usePlaybackStore } from '../stores/playback'
import { text } from '../strings'

interface ForcedOptions {
  run: Readonly<Ref<RunRecord>>
  checkpoint: Readonly<Ref<CheckpointSelector>>
  weights: Readonly<Ref<'raw' | 'ema' | null>>
}

/** After this many milliseconds without another change the model is asked. */
const SETTLED = 250

/** One example, predicted from its own values, and gone on with by the model after the first steps of its ordering. */
export function useForced({ run, checkpoint, weights }: ForcedOptions) {
  const store = usePlaybackStore()
  const datasets = useDatasetsStore()
  const settings = useStorage(
    'chainrule:forced',
    { split: 'test' as SplitName, share: 0.5, draws: 3, seed: 0, temperature: 1, seconds: 0.5 },
    undefined,
    { mergeDefaults: true },
  )
  const index = shallowRef(0)
  const dataset = computed(() => datasets.byId(run.value.dataset.id))
  const count = computed(() => dataset.value?.counts[settings.value.split] ?? 0)
  const audio = computed(() => run.value.dataset.domain.kind === 'audio')
  watch([() => run.value.id, () => settings.value.split], () => (index.value = 0))

  /** Why nothing can be shown; null when all is well. */
  const blocked = computed(() => {
    if (!dataset.value) return text.forced.gone
    const kind = conditioningOf(run.value.model, run.value.dataset.domain)?.kind
    return kind === 'vector' || kind === 'features' ? text.forced[kind] : null
  })

  const source = computed(() => {
    const { split, seconds } = settings.value
    const length = Math.max(2, Math.round(seconds * (run.value.dataset.domain.sampleRate ?? 8000)))
    return { kind: 'examples' as const, split, indices: [index.value], ...(audio.value ? { length } : {}) }
  })
  const asking = computed(() => ({
    ...{ runId: run.value.id, checkpoint: checkpoint.value, weights: weights.value ?? undefined },
    source: source.value,
  }))
  const able = computed(() => blocked.value === null && index.value < count.value)

  const error = shallowRef<unknown>(null)
  const forced = shallowRef<TeacherForced | null>(null)
  const free = shallowRef<CompletionSet | null>(null)
  const drawing = shallowRef(false)

  /** A later question takes the place of an earlier one, which is given up. */
  function latest<Input>(ask: (input: Input, signal: AbortSignal) => Promise<void>): (input: Input | null) => Promise<void> {
    let current: AbortController | null = null
    return async (input) => {
      current?.abort()
      if (input === null) return
      const mine = (current = new AbortController())
      try {
        error.value = null
        await ask(input, mine.signal)
      } catch (problem) {
        if (!mine.signal.aborted && !isAbort(problem)) error.value = problem
      }
    }
  }

  const force = latest(async (input: typeof asking.value, signal) => {
    const answer = await store.forced(input, signal)
    if (!signal.aborted) forced.value = answer
  })
  watch([asking, able, () => run.value.best?.step], () => void force(able.value ? asking.value : null), { immediate: true })

  const domain = computed(() => forced.value?.domain ?? run.value.dataset.domain)
  const order = computed(() => orderOf(generationOrdering(run.value.model, domain.value), domain.value))
  /** Units that are kept: never all, for then nothing is left to draw; of pairs the source. */
  const kept = computed({
    get: () => domain.value.text?.source ?? Math.min(order.value.units - 1, Math.round(settings.value.share * order.value.units)),
    set: (units: number) => (settings.value.share = units / order.value.units),
  })
  const steps = computed(() => kept.value * order.value.together)

  const wanted = computed(() => {
    const { draws, seed, temperature } = settings.value
    if (!able.value || !forced.value) return null
    return { ...asking.value, mask: { kind: 'steps' as const, kept: steps.value }, draws, seed, temperature }
  })
  const settled = refDebounced(wanted, SETTLED)
  const draw = latest(async (input: NonNullable<typeof wanted.value>, signal) => {
    drawing.value = true
    try {
      const answer = await store.continued(input, signal)
      if (!signal.aborted) free.value = answer
    } finally {
      if (!signal.aborted) drawing.value = false
    }
  })
  watch(settled, (input) => {
    if (!input) drawing.value = false
    void draw(input)
  })
  // What was drawn for another place is given up at once.
  watch(wanted, () => void draw(null))

  const nats = computed(() => (forced.value ? floatsOf(forced.value.nats) : null))
  /** −log p of both parts of the example in nats, each value given the true ones before it. */
  const parts = computed(() =>
    nats.value && nats.value.length === dimensionsOf(domain.value) ? partsOf(nats.value, order.value, steps.value) : null,
  )
  /** −log p of the rest as drawn, of each draw; while another place is drawn, none. */
  const drawn = computed(() => {
    const set = free.value
    const mask = set?.recipe.mask
    const current = mask?.kind === 'steps' && mask.kept === steps.value && set?.recipe.examples[0] === index.value
    return set && current ? set.logProb.map((value) => -value) : null
  })

  return { settings, index, count, audio, blocked, error, forced, free, drawing, domain, order, kept, steps, parts, drawn }
}
