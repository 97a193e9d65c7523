import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { recipeText } from '../../src-main/contract'
import { generationOrdering } from '../../src-main/contract/inspect/generationOrdering'
import { edited, floatsOf, orderOf, withEdits } from '../charts/playback'
import type { Edit } from '../charts/playback'
import { usePlaybackStore } from '../stores/playback'
import type { CompleteRequest, Played } from '../stores/playback'
import { text } from '../strings'
import { usePlayback } from './usePlayback'
import { useStreamed } from './useStreamed'
import { useTheme } from './useTheme'

/** What is played back of a run: its order, the edits of what is there already, and branches from them. */
export function useBranching(run: Readonly<Ref<RunRecord>>) {
  const store = usePlaybackStore()
  const { animate } = useTheme()
  const { progress, error, run: stream, cancel } = useStreamed()

  const subject = computed(() => (store.subject?.runId === run.value.id ? store.subject : null))
  const items = computed<readonly Played[]>(() => (subject.value ? [subject.value, ...store.branches] : []))
  const shown = computed(() => items.value.find(({ id }) => id === store.shownId) ?? subject.value)
  const order = computed(() => {
    const domain = shown.value?.domain ?? run.value.dataset.domain
    return orderOf(generationOrdering(run.value.model, domain), domain)
  })
  const units = computed(() => order.value.units)
  const playback = usePlayback({ units, animate })
  /** Dimensions of the ordering that are there. */
  const steps = computed(() => playback.position.value * order.value.together)

  const edits = shallowRef<readonly Edit[]>([])
  /** Those that are not drawn yet do not count. */
  const counted = computed(() => edits.value.filter(({ dimension }) => order.value.ranks[dimension]! < steps.value))
  const levels = computed(() => (shown.value ? withEdits(shown.value.levels, edits.value) : new Uint8Array()))
  const seed = shallowRef(0)
  const draws = shallowRef(1)
  watch(
    () => shown.value?.id,
    () => {
      edits.value = []
      playback.to(units.value)
    },
  )
  watch(
    () => subject.value?.id,
    () => (seed.value = subject.value?.document.seed ?? 0),
    { immediate: true },
  )

  /** Whether the branch takes the random numbers of what it is branched from. */
  const ownNumbers = computed(() => seed.value === shown.value?.document.seed)
  const blocked = computed(() => {
    if (playback.playing.value) return text.playback.blocked.playing
    return playback.atEnd.value ? text.playback.blocked.end : null
  })

  function edit(dimension: number, to: number): void {
    if (shown.value && order.value.ranks[dimension]! < steps.value) edits.value = edited(edits.value, shown.value.levels, dimension, to)
  }
  function undo(): void {
    edits.value = edits.value.slice(0, -1)
  }
  function clear(): void {
    edits.value = []
  }
  /** To just after the edit that comes last in the order: all that could depend on the edits is then drawn anew. */
  function rewind(): void {
    const last = edits.value.reduce((most, { dimension }) => Math.max(most, order.value.ranks[dimension]!), 0)
    playback.to(Math.floor(last / order.value.together) + 1)
  }

  function request(from: Played): CompleteRequest {
    const { runId, checkpointStep, weightsHash, weights, temperature, method, first = 0, class: chosen } = from.document
    const { levels: _levels, ...origin } = JSON.parse(recipeText(from.document)) as Record<string, unknown>
    return {
      ...{ runId, checkpoint: checkpointStep, weightsHash, weights, temperature, naive: method === 'naive' },
      source: { kind: 'levels', levels: withEdits(from.levels, counted.value) },
      mask: { kind: 'steps', kept: steps.value },
      draws: draws.value,
      // The random numbers of a sample are those of its seed and its place.
      first: ownNumbers.value ? first : 0,
      seed: seed.value,
      ...(chosen === undefined ? {} : { class: chosen }),
      branch: { edits: [...counted.value], origin },
    }
  }
  async function branch(): Promise<void> {
    const from = shown.value
    if (!from || blocked.value) return
    await stream((onProgress, signal) => store.branch(request(from), onProgress, signal))
  }

  const problem = shallowRef<unknown>(null)
  watch(
    items,
    (all) => {
      for (const played of all)
        store.likelihoodOf(played).catch((reason: unknown) => {
          problem.value = reason
        })
    },
    { immediate: true },
  )
  /** −log p(x_i | x_<i) of what is shown, in nats. */
  const nats = computed(() => {
    const answer = shown.value && store.likelihoods.get(shown.value.id)
    return answer ? floatsOf(answer.nats) : null
  })

  return {
    ...{ subject, items, shown, order, units, playback, steps, animate },
    ...{ edits, counted, levels, edit, undo, clear, rewind },
    ...{ seed, draws, ownNumbers, blocked, branch, cancel, progress, error, problem, nats },
  }
}
export type Branching = ReturnType<typeof useBranching>
