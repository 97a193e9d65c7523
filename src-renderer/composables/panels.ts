/** Panels whose width is the user's: the bounds in root ems, and on which side of the page they stand. */
export const panels = {
  runs: { least: 13, most: 32, side: 'left' },
  families: { least: 13, most: 32, side: 'left' },
  form: { least: 14, most: 30, side: 'left' },
  inspection: { least: 16, most: 36, side: 'right' },
  notes: { least: 14, most: 36, side: 'right' },
} as const satisfies Record<string, { least: number; most: number; side: 'left' | 'right' }>

export type PanelName = keyof typeof panels

/** Within the bounds, to a sixteenth. */
export function panelWidth(name: PanelName, rem: number): number {
  const { least, most } = panels[name]
  return Math.round(Math.max(least, Math.min(most, rem)) * 16) / 16
}

/** What a key does to the width of a panel; undefined where it does nothing, null for the usual width. */
export function widthByKey(name: PanelName, key: string, width: number, large: boolean): number | null | undefined {
  const { least, most, side } = panels[name]
  const by = (large ? 4 : 1) * (side === 'left' ? 1 : -1)
  if (key === 'ArrowRight') return panelWidth(name, width + by)
  if (key === 'ArrowLeft') return panelWidth(name, width - by)
  if (key === 'Home') return least
  if (key === 'End') return most
  return key === 'Enter' ? null : undefined
}
