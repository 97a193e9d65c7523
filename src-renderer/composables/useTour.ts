import { computed, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { useDatasetsStore } from '../stores/datasets'
import { useRunsStore } from '../stores/runs'
import { useSamplesStore } from '../stores/samples'
import { useSettingsStore } from '../stores/settings'

/** A page each, with the control that the step is about, the first of those that are there. */
const steps = [
  { name: 'data', anchors: ['[data-testid="generate-glyphs"]', '[data-testid="sample-data"]', '[data-testid="nav-data"]'] },
  { name: 'models', anchors: ['[data-testid="start-training"]', '[data-testid="nav-models"]'] },
  { name: 'train', anchors: ['[data-testid="curve-frame"]', '[data-testid="nav-train"]'] },
  { name: 'samples', anchors: ['[data-testid="draw-samples"]', '[data-testid="nav-samples"]'] },
  { name: 'checkpoints', anchors: ['[data-testid="tab-likelihood"]', '[data-testid="nav-checkpoints"]'] },
] as const

/** Where the tour of this window is; null when none is under way. */
const at = shallowRef<number | null>(null)

/** The tour from data to a score. It shows and never holds: everything of the window works meanwhile. */
export function useTour() {
  const settings = useSettingsStore()
  const datasets = useDatasetsStore()
  const runs = useRunsStore()
  const samples = useSamplesStore()
  const router = useRouter()

  const step = computed(() => (at.value === null ? null : (steps[at.value] ?? null)))
  /** Whether what a step is about has happened. */
  const done = computed(() => {
    switch (step.value?.name) {
      case 'data':
        return datasets.datasets.length > 0
      case 'models':
        return runs.runs.length > 0
      case 'train':
        return runs.runs.some(({ lastValid }) => lastValid !== null)
      case 'samples':
        return samples.drawn !== null
      case 'checkpoints':
        return runs.runs.some(({ scores }) => scores.length > 0)
      default:
        return false
    }
  })
  /** Offered once to whoever has nothing yet. */
  const offered = computed(
    () => at.value === null && settings.known && settings.settings.tour === 'offered' && datasets.loaded && datasets.datasets.length === 0,
  )

  async function show(index: number): Promise<void> {
    const next = steps[index]
    if (!next) return
    at.value = index
    await router.push({ name: next.name })
  }
  const keep = (tour: 'declined' | 'finished'): void => void settings.change({ tour }).catch(() => undefined)

  return {
    at,
    step,
    done,
    offered,
    count: steps.length,
    start: () => show(0),
    next: () => (at.value === null ? undefined : show(at.value + 1)),
    back: () => (at.value === null ? undefined : show(at.value - 1)),
    decline: () => keep('declined'),
    end: () => {
      at.value = null
      keep('finished')
    },
  }
}
