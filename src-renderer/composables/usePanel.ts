import { useStorage } from '@vueuse/core'
import { computed } from 'vue'
import { panelWidth, panels } from './panels'
import type { PanelName } from './panels'

/** Widths that the user has set, in root ems, so that a panel grows with its text. */
const widths = useStorage<Partial<Record<PanelName, number>>>('chainrule:panels', {}, undefined, { mergeDefaults: true })

/** The width of a panel, remembered; `columns` goes on the grid whose template names var(--panel). */
export function usePanel(name: PanelName) {
  const { least, most } = panels[name]
  const chosen = computed(() => widths.value[name] ?? null)
  const columns = computed(() => (chosen.value === null ? undefined : { '--panel': `${panelWidth(name, chosen.value)}rem` }))

  function set(rem: number | null): void {
    const { [name]: _, ...others } = widths.value
    widths.value = rem === null ? others : { ...others, [name]: panelWidth(name, rem) }
  }
  return { name, least, most, chosen, columns, set }
}

export type Panel = ReturnType<typeof usePanel>

export function resetPanels(): void {
  widths.value = {}
}
