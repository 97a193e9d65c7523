import { watchEffect } from 'vue'
import { numberStyle } from '../charts/numberStyle'
import { useSettingsStore } from '../stores/settings'
import { useTheme } from './useTheme'

/** What the settings say of appearance and figures is done to the window. Called once. */
export function useAppearance(): void {
  const store = useSettingsStore()
  const { follow } = useTheme()
  const root = document.documentElement

  watchEffect(() => follow(store.settings.theme))
  watchEffect(() => {
    root.dataset.density = store.settings.density
    root.dataset.motion = store.settings.motion
  })
  watchEffect(() => {
    const { grouping, digits } = store.settings
    Object.assign(numberStyle, { grouping, digits })
  })
}
