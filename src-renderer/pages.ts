/**
 * What is fetched only when it is shown, or before that, when the window has nothing else to do: every page, and what opens over them. The
 * first picture waits for none of it.
 */
export const views = {
  data: () => import('./views/DataView.vue'),
  dataset: () => import('./views/DatasetView.vue'),
  models: () => import('./views/ModelsView.vue'),
  train: () => import('./views/TrainView.vue'),
  samples: () => import('./views/SamplesView.vue'),
  understand: () => import('./views/UnderstandView.vue'),
  checkpoints: () => import('./views/CheckpointsView.vue'),
  compare: () => import('./views/CompareView.vue'),
  builder: () => import('./views/BuilderView.vue'),
  engine: () => import('./views/EngineView.vue'),
  log: () => import('./views/LogView.vue'),
  settings: () => import('./views/SettingsView.vue'),
}

export const overlays = {
  importSheet: () => import('./components/data/ImportSheet.vue'),
  palette: () => import('./components/shell/CommandPalette.vue'),
  shortcuts: () => import('./components/shell/ShortcutSheet.vue'),
  tour: () => import('./components/shell/TourCard.vue'),
}

/** The page that is opened first has the machine to itself for so many milliseconds. */
const HEAD_START = 600

/** Fetches everything, a file at a time and only while the window is idle, so that no later page has to wait for its script. */
export async function fetchAhead(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, HEAD_START))
  const paper = () => import('./composables/exportChart')
  for (const load of [...Object.values(views), ...Object.values(overlays), paper]) {
    await idle()
    // Whoever opens the page asks for it again, and hears of what is wrong.
    await load().catch(() => undefined)
  }
}

/** A moment without work, or a second of waiting for one. */
const idle = (): Promise<unknown> =>
  new Promise((resolve) => ('requestIdleCallback' in window ? requestIdleCallback(resolve, { timeout: 1000 }) : setTimeout(resolve, 50)))
