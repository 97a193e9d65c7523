import { useIntervalFn, watchThrottled } from '@vueuse/core'
import { computed, shallowReactive, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { GalleryFrame, RunRecord, SampleSet, TimelineAxis } from '../../../src-main/contract'
import { timelineMoments } from '../../../src-main/contract'
import { useSamplesStore } from '../../stores/samples'

export type PlaySpeed = 'slow' | 'normal' | 'fast'
const MILLISECONDS: Readonly<Record<PlaySpeed, number>> = { slow: 640, normal: 320, fast: 110 }
/** Moments asked for before they are shown. */
const AHEAD = 3

interface EvolutionOptions {
  /** Side by side, from the left. */
  runs: Readonly<Ref<readonly RunRecord[]>>
  axis: Readonly<Ref<TimelineAxis>>
  speed: Readonly<Ref<PlaySpeed>>
}

/** The galleries of some runs and the one moment of training that all of them show. */
export function useEvolution({ runs, axis, speed }: EvolutionOptions) {
  const store = useSamplesStore()
  const frames = shallowReactive(new Map<string, readonly GalleryFrame[]>())
  /** What is on the screen; stays until the next has come. */
  const sets = shallowReactive(new Map<string, SampleSet>())
  /** Changes when a run went back to an earlier checkpoint: its later steps are drawn anew. */
  const stamps = new Map<string, number>()
  const loaded = shallowRef(false)

  const moments = computed(() => timelineMoments(runs.value.map(({ id }) => frames.get(id) ?? []), axis.value))
  const chosen = shallowRef<number | null>(null)
  /** The newest moment until somebody chooses another. */
  const index = computed({
    get: () => Math.max(0, Math.min(chosen.value ?? Infinity, moments.value.length - 1)),
    set: (next) => (chosen.value = next >= moments.value.length - 1 ? null : Math.max(0, next)),
  })
  const moment = computed(() => moments.value[index.value] ?? null)
  const atEnd = computed(() => index.value >= moments.value.length - 1)

  async function refresh(): Promise<void> {
    await Promise.all(
      runs.value.map(async ({ id }) => {
        const next = await store.galleryFrames(id).catch(() => null)
        if (!next) return
        const before = frames.get(id) ?? []
        if (next.length < before.length) stamps.set(id, (stamps.get(id) ?? 0) + 1)
        if (JSON.stringify(next) !== JSON.stringify(before)) frames.set(id, next)
      }),
    )
    loaded.value = true
  }
  const identities = computed(() => runs.value.map(({ id }) => id).join())
  watch(
    identities,
    () => {
      const shown = new Set(runs.value.map(({ id }) => id))
      for (const id of [...sets.keys()]) if (!shown.has(id)) sets.delete(id)
      void refresh()
    },
    { immediate: true },
  )
  watchThrottled(() => runs.value.map(({ updatedAt, status }) => `${updatedAt} ${status}`).join(), refresh, { throttle: 2000, trailing: true })
  /** The places of one axis are none of another's. */
  watch(axis, () => (chosen.value = null))

  const stepOf = (run: number, at = index.value): number | null => {
    const frame = moments.value[at]?.places[run]?.frame ?? null
    const own = runs.value[run]
    return frame === null || !own ? null : (frames.get(own.id)?.[frame]?.step ?? null)
  }
  const fetchSet = (id: string, step: number): Promise<SampleSet | null> => store.gallerySet(id, step, String(stamps.get(id) ?? 0)).catch(() => null)

  let asked = 0
  const waiting = shallowRef(false)
  watch(
    () => runs.value.map(({ id }, run) => `${id}:${stepOf(run) ?? ''}:${stamps.get(id) ?? 0}`).join(),
    async () => {
      const mine = ++asked
      waiting.value = true
      await Promise.all(
        runs.value.map(async ({ id }, run) => {
          const step = stepOf(run)
          const next = step === null ? null : await fetchSet(id, step)
          if (mine !== asked) return
          if (next) sets.set(id, next)
          else if (step === null) sets.delete(id)
        }),
      )
      if (mine !== asked) return
      waiting.value = false
      for (let ahead = 1; ahead <= AHEAD; ahead++)
        runs.value.forEach(({ id }, run) => {
          const step = stepOf(run, index.value + ahead)
          if (step !== null) void fetchSet(id, step)
        })
    },
    { immediate: true },
  )

  const interval = computed(() => MILLISECONDS[speed.value])
  const {
    isActive: playing,
    pause,
    resume,
  } = useIntervalFn(
    () => {
      // No moment is passed over because its pictures are late.
      if (waiting.value) return
      if (atEnd.value) pause()
      else index.value++
    },
    interval,
    { immediate: false },
  )
  function play(): void {
    if (playing.value) return pause()
    if (atEnd.value) index.value = 0
    resume()
  }
  /** By hand: what was playing stops. */
  function go(to: number): void {
    pause()
    index.value = Math.min(moments.value.length - 1, Math.max(0, to))
  }

  return { frames, sets, moments, moment, index, atEnd, loaded, playing, play, go }
}
