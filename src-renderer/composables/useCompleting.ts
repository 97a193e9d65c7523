import { refDebounced, useStorage } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { CheckpointSelector, CompletionExactness, CompletionMask, RunRecord, SampleClass, SplitName } from '../../src-main/contract'
import { conditioningOf } from '../../src-main/contract'
import { fitted, imageTools, maskOf, middle } from '../charts/mask'
import type { MaskDraft, MaskTool, Rectangle, Size } from '../charts/mask'
import { useSamplesStore } from '../stores/samples'
import { text } from '../strings'
import { useMissingData } from './useMissingData'
import { useStreamed } from './useStreamed'

interface CompletingOptions {
  run: Readonly<Ref<RunRecord | null>>
  checkpoint: Readonly<Ref<CheckpointSelector>>
  weights: Readonly<Ref<'raw' | 'ema' | null>>
  /** Whether the form is in view: only then is the studio asked what would be exact. */
  active: Readonly<Ref<boolean>>
}

/** The form that rubs a part out of examples, and the completions it asks for. */
export function useCompleting({ run, checkpoint, weights, active }: CompletingOptions) {
  const samples = useSamplesStore()
  const { progress, error, run: stream, cancel } = useStreamed()

  const settings = useStorage(
    'chainrule:completing',
    { tool: 'top' as MaskTool, fraction: 0.5, split: 'test' as SplitName, examples: 8, draws: 4, seed: 0, temperature: 1 },
    undefined,
    { mergeDefaults: true },
  )
  /** Class-conditional models; null: each example's own. */
  const sampleClass = shallowRef<SampleClass | null>(null)

  const domain = computed(() => run.value?.dataset.domain ?? null)
  /** Of the images; null for clips and tables, of which the first part is kept. */
  const size = computed<Size | null>(() => {
    if (domain.value?.kind !== 'image') return null
    const [height = 1, width = 1] = domain.value.shape
    return { width, height }
  })
  const rectangle = shallowRef<Rectangle>({ x: 0, y: 0, width: 1, height: 1 })
  const strokes = shallowRef(new Uint8Array())
  watch(
    () => `${size.value?.width}×${size.value?.height}`,
    () => {
      if (!size.value) return
      rectangle.value = rectangle.value.width === 1 ? middle(size.value) : fitted(rectangle.value, size.value)
      strokes.value = new Uint8Array(size.value.width * size.value.height)
    },
    { immediate: true },
  )
  const tool = computed<MaskTool>({
    get: () => {
      if (!size.value) return 'first'
      return (imageTools as readonly MaskTool[]).includes(settings.value.tool) ? settings.value.tool : 'top'
    },
    set: (next) => (settings.value.tool = next),
  })
  const draft = computed<MaskDraft>(() => ({
    tool: tool.value,
    fraction: settings.value.fraction,
    rectangle: rectangle.value,
    strokes: strokes.value,
  }))
  /** Of pairs the source stays, always. */
  const mask = computed<CompletionMask>(() => {
    const source = domain.value?.text?.source
    return source === undefined ? maskOf(draft.value) : { kind: 'steps', kept: source }
  })
  /** Why nothing can be completed; null when it can. */
  const missing = useMissingData(() => run.value)
  const blocked = computed(() => {
    if (missing.value) return missing.value
    if (run.value && conditioningOf(run.value.model, run.value.dataset.domain)?.kind === 'features') return text.forced.features
    if (tool.value === 'brush' && !strokes.value.includes(1)) return text.completion.blocked.nothing
    return null
  })

  const exactness = shallowRef<CompletionExactness | null>(null)
  const settled = refDebounced(mask, 250)
  let asked = 0
  watch(
    [settled, () => run.value?.id, blocked, active],
    async ([wanted, id]) => {
      const mine = ++asked
      if (!id || blocked.value || !active.value) return void (exactness.value = null)
      // What cannot be asked yet is told when it is drawn.
      const answer = await samples.completionExactness(id, wanted).catch(() => null)
      if (mine === asked) exactness.value = answer
    },
    { immediate: true },
  )

  /** The last set, if it belongs to the run in view. */
  const set = computed(() => (samples.completed && samples.completed.recipe.runId === run.value?.id ? samples.completed : null))

  async function complete(): Promise<void> {
    const current = run.value
    if (!current || blocked.value) return
    const { split, examples, draws, seed, temperature } = settings.value
    await stream((onProgress, signal) =>
      samples.complete(
        {
          runId: current.id,
          checkpoint: checkpoint.value,
          weights: weights.value ?? undefined,
          source: { kind: 'spread', split, count: examples },
          mask: mask.value,
          draws,
          seed,
          temperature,
          class: sampleClass.value ?? undefined,
        },
        onProgress,
        signal,
      ),
    )
  }

  return { settings, sampleClass, domain, size, tool, rectangle, strokes, mask, blocked, exactness, progress, error, set, complete, cancel }
}
