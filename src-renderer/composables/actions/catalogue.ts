import type { Strings } from '../../strings'

export type ActionGroup = 'general' | 'pages' | 'editing'
type ActionName = keyof Strings['actions']['names']

export interface ActionDescription {
  id: ActionName
  group: ActionGroup
  icon: string
  /** Alternatives; the first is the one that is shown where there is room for one. */
  keys: readonly string[]
  /** Also while text is typed. */
  inText?: boolean
}

/** Route names, in the order of the rail. */
export const railPages = ['data', 'models', 'train', 'samples', 'understand', 'checkpoints', 'compare'] as const
export const toolPages = ['engine', 'log', 'settings'] as const
export type PageName = (typeof railPages)[number] | (typeof toolPages)[number] | 'builder'

/** Every action that has a name, a key or a place in the palette. The palette, the keys, the cheat-sheet and the tooltips are made of this list. */
export const catalogue = [
  { id: 'palette', group: 'general', icon: 'i-lucide-search', keys: ['mod+k'], inText: true },
  { id: 'sheet', group: 'general', icon: 'i-lucide-keyboard', keys: ['?'] },
  { id: 'main', group: 'general', icon: 'i-lucide-play', keys: ['mod+enter'], inText: true },
  { id: 'search', group: 'general', icon: 'i-lucide-text-search', keys: ['/'] },
  { id: 'chooseFiles', group: 'general', icon: 'i-lucide-file-up', keys: ['mod+o'] },
  { id: 'chooseFolder', group: 'general', icon: 'i-lucide-folder-up', keys: ['mod+shift+o'] },
  { id: 'theme', group: 'general', icon: 'i-lucide-sun-moon', keys: ['mod+shift+l'] },
  { id: 'fullScreen', group: 'general', icon: 'i-lucide-maximize', keys: ['f'] },
  { id: 'tour', group: 'general', icon: 'i-lucide-footprints', keys: [] },
  { id: 'report', group: 'general', icon: 'i-lucide-clipboard-list', keys: [] },
  { id: 'undo', group: 'editing', icon: 'i-lucide-undo-2', keys: ['mod+z'] },
  { id: 'redo', group: 'editing', icon: 'i-lucide-redo-2', keys: ['mod+shift+z', 'mod+y'] },
  { id: 'data', group: 'pages', icon: 'i-lucide-layers', keys: ['g d', '1'] },
  { id: 'models', group: 'pages', icon: 'i-lucide-blocks', keys: ['g m', '2'] },
  { id: 'builder', group: 'pages', icon: 'i-lucide-blocks', keys: ['g b'] },
  { id: 'train', group: 'pages', icon: 'i-lucide-chart-spline', keys: ['g t', '3'] },
  { id: 'samples', group: 'pages', icon: 'i-lucide-grid-3x3', keys: ['g s', '4'] },
  { id: 'understand', group: 'pages', icon: 'i-lucide-scan-search', keys: ['g u', '5'] },
  { id: 'checkpoints', group: 'pages', icon: 'i-lucide-bookmark', keys: ['g k', '6'] },
  { id: 'compare', group: 'pages', icon: 'i-lucide-scale', keys: ['g c', '7'] },
  { id: 'engine', group: 'pages', icon: 'i-lucide-cpu', keys: ['g e'] },
  { id: 'log', group: 'pages', icon: 'i-lucide-scroll-text', keys: ['g l'] },
  { id: 'settings', group: 'pages', icon: 'i-lucide-settings', keys: ['mod+,', 'g ,'], inText: true },
] as const satisfies readonly ActionDescription[]

export type ActionId = (typeof catalogue)[number]['id']

export const actionOf = (id: ActionId): ActionDescription => catalogue.find((action) => action.id === id)!
