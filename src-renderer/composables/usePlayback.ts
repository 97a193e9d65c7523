import { useRafFn } from '@vueuse/core'
import { computed, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'

interface PlaybackOptions {
  /** How many units there are: pixels, dimensions, or samples of audio. */
  units: Readonly<Ref<number>>
  /** False where the system asks for reduced motion: then the picture changes a few times a second only. */
  animate: Readonly<Ref<boolean>>
}

/** Seconds that the whole takes, slow to fast. */
export const paces = [60, 24, 10, 4, 1.5] as const
const CALM_SECONDS = 0.5

/** Draws something unit by unit, as its model did. Never starts by itself. */
export function usePlayback({ units, animate }: PlaybackOptions) {
  /** Units that are there. */
  const position = shallowRef(units.value)
  const pace = shallowRef(2)
  const playing = shallowRef(false)
  const atEnd = computed(() => position.value >= units.value)
  let [owed, waited] = [0, 0]

  const { pause: rest, resume } = useRafFn(
    ({ delta }) => {
      const seconds = Math.min(delta / 1000, 0.25)
      owed += (seconds * units.value) / (paces[pace.value] ?? 10)
      waited += seconds
      if (owed < 1 || (!animate.value && waited < CALM_SECONDS)) return
      const whole = Math.floor(owed)
      owed -= whole
      waited = 0
      position.value = Math.min(units.value, position.value + whole)
      if (atEnd.value) stop()
    },
    { immediate: false },
  )

  function play(): void {
    if (atEnd.value) position.value = 0
    owed = waited = 0
    playing.value = true
    resume()
  }
  function stop(): void {
    playing.value = false
    rest()
  }
  function toggle(): void {
    if (playing.value) stop()
    else play()
  }
  /** Stops there. */
  function to(place: number): void {
    stop()
    position.value = Math.min(units.value, Math.max(0, Math.round(place)))
  }
  watch(units, (count) => to(count))

  /** Space plays and stops, arrows step, with Shift by `stride`, Home and End. True when the key was taken. */
  function key(event: KeyboardEvent, stride: number): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    const by = event.shiftKey ? stride : 1
    if (event.key === ' ') toggle()
    else if (event.key === 'ArrowRight') to(position.value + by)
    else if (event.key === 'ArrowLeft') to(position.value - by)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(units.value)
    else return false
    event.preventDefault()
    return true
  }

  return { position, pace, playing, atEnd, play, stop, toggle, to, key }
}
