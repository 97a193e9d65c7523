import { useColorMode, usePreferredReducedMotion } from '@vueuse/core'
import { computed } from 'vue'
import { chartTheme, maskTonesOf } from '../charts/palette'

export type ThemeChoice = 'auto' | 'light' | 'dark'

/** Light or dark, following the system unless the user chose; and the colours of the charts that go with it. */
export function useTheme() {
  const mode = useColorMode({ emitAuto: true })
  const choice = computed<ThemeChoice>({
    get: () => (mode.value === 'light' || mode.value === 'dark' ? mode.value : 'auto'),
    set: (next) => (mode.value = next),
  })
  const dark = computed(() => mode.state.value === 'dark')
  const charts = computed(() => chartTheme(dark.value))
  const maskTones = computed(() => maskTonesOf(dark.value))
  const motion = usePreferredReducedMotion()
  const animate = computed(() => motion.value !== 'reduce')
  return { choice, dark, charts, maskTones, animate }
}
