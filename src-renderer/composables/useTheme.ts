import { createGlobalState, useColorMode, usePreferredReducedMotion } from '@vueuse/core'
import { computed } from 'vue'
import { chartTheme, maskTonesOf } from '../charts/palette'
import { useSettingsStore } from '../stores/settings'

export type ThemeChoice = 'auto' | 'light' | 'dark'

/** Light or dark, following the system unless the user chose; and the colours of the charts that go with it. Made once: each color mode that is made lays the whole page out anew. */
export const useTheme = createGlobalState(() => {
  const store = useSettingsStore()
  const mode = useColorMode({ emitAuto: true })
  const choice = computed<ThemeChoice>({
    get: () => (mode.value === 'light' || mode.value === 'dark' ? mode.value : 'auto'),
    set: (next) => {
      mode.value = next
      // A studio that cannot be reached must not keep the window from changing.
      void store.change({ theme: next }).catch(() => undefined)
    },
  })
  const dark = computed(() => mode.state.value === 'dark')
  const charts = computed(() => chartTheme(dark.value))
  const maskTones = computed(() => maskTonesOf(dark.value))
  const motion = usePreferredReducedMotion()
  const animate = computed(() => motion.value !== 'reduce' && store.settings.motion !== 'reduce')

  /** Takes over what another window, or the settings, have chosen. */
  function follow(theme: ThemeChoice): void {
    if (choice.value !== theme) mode.value = theme
  }
  return { choice, dark, charts, maskTones, animate, follow }
})
