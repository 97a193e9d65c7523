import { createGlobalState, useIntervalFn } from '@vueuse/core'
import { computed, onScopeDispose, readonly, shallowRef, watch } from 'vue'

/** Milliseconds of a frame, here and in files; those know hundredths of a second. */
export const CLIP_DELAY = 130

/**
 * All clips of the window play in step, so that what stands side by side can be compared. The clock stands still while no clip is shown; whoever
 * asked for less motion starts it himself. Where they were stopped they stand on every page, until somebody plays them again.
 */
const useClock = createGlobalState(() => {
  const tick = shallowRef(0)
  // Asked at once: the composable for it answers only when the component that asks has been mounted.
  const playing = shallowRef(!window.matchMedia('(prefers-reduced-motion: reduce)').matches)
  const shown = shallowRef(0)
  const { pause, resume } = useIntervalFn(() => (tick.value += 1), CLIP_DELAY, { immediate: false })
  watch([playing, () => shown.value > 0], ([now, any]) => (now && any ? resume() : pause()), { immediate: true })
  return { tick, playing, shown }
})

/** The frame at which clips of so many frames stand; always 0 for what has one frame. */
export function useClipFrame(frames: () => number) {
  const { tick, playing, shown } = useClock()
  const moves = computed(() => frames() > 1)
  watch(moves, (now, before) => (shown.value += Number(now) - Number(before ?? false)), { immediate: true })
  onScopeDispose(() => (shown.value -= Number(moves.value)))
  const frame = computed(() => tick.value % Math.max(1, frames()))
  return {
    frame,
    playing: readonly(playing),
    toggle: () => (playing.value = !playing.value),
    /** Stops at a frame. */
    show(wanted: number) {
      playing.value = false
      tick.value = wanted
    },
  }
}
