import type { Ref } from 'vue'
import { computed, shallowRef, watch } from 'vue'
import type { Comparison, RunRecord } from '../../src-main/contract'
import { useScoresStore } from '../stores/scores'
import { fill, text } from '../strings'

export interface PublishedLine {
  name: string
  nats: number
}

/** So many lines are drawn: those of the run's own family first, then the best. */
const MOST = 4

/**
 * Published results that may stand beside the runs shown, by the rule of the comparison; and why there are none. They are of the test split, which
 * their names say.
 */
export function usePublished(runs: Readonly<Ref<readonly RunRecord[]>>) {
  const scores = useScoresStore()
  const comparison = shallowRef<Comparison | null>(null)
  const main = computed(() => runs.value[0])
  let asked = 0
  watch(
    () => main.value?.id,
    async (id) => {
      const mine = ++asked
      comparison.value = null
      if (id === undefined) return
      const answer = await scores.compare([id], 'test').catch(() => null)
      if (mine === asked) comparison.value = answer
    },
    { immediate: true },
  )

  const rows = computed(() => comparison.value?.rows.filter((row) => row.kind === 'published') ?? [])
  const differing = computed(() => runs.value.some((run) => run.dataset.id !== main.value?.dataset.id))
  const lines = computed<PublishedLine[]>(() => {
    if (differing.value) return []
    const own = main.value?.model.family
    return rows.value
      .filter((row) => row.comparable && row.nats !== null)
      .sort((a, b) => Number(b.family === own) - Number(a.family === own) || a.nats! - b.nats!)
      .slice(0, MOST)
      .map(({ title, exact, nats }) => ({ name: fill(exact ? text.train.publishedLine : text.train.publishedBound, { title }), nats: nats! }))
  })
  /** Why no line can be drawn; null when some can. */
  const why = computed(() => {
    if (lines.value.length > 0) return null
    if (differing.value) return text.train.chart.publishedDiffering
    const [row] = rows.value
    return row?.why ? fill(text.train.chart.publishedWhy, { why: row.why }) : text.train.chart.publishedNone
  })
  return { lines, why }
}
