import type { Router } from 'vue-router'
import { createRouter, createWebHashHistory } from 'vue-router'
import { text } from './strings'
import BuilderView from './views/BuilderView.vue'
import CheckpointsView from './views/CheckpointsView.vue'
import CompareView from './views/CompareView.vue'
import DatasetView from './views/DatasetView.vue'
import DataView from './views/DataView.vue'
import EngineView from './views/EngineView.vue'
import LogView from './views/LogView.vue'
import ModelsView from './views/ModelsView.vue'
import SamplesView from './views/SamplesView.vue'
import SettingsView from './views/SettingsView.vue'
import TrainView from './views/TrainView.vue'
import UnderstandView from './views/UnderstandView.vue'

/** Hash addresses work from a file, from Electron's own protocol and from the server alike. */
export function createStudioRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: () => lastPage() },
      { path: '/data', name: 'data', component: DataView, meta: { title: text.nav.data } },
      { path: '/data/:id', name: 'dataset', component: DatasetView, props: true, meta: { title: text.nav.data } },
      { path: '/models', name: 'models', component: ModelsView, meta: { title: text.nav.models } },
      { path: '/models/build', name: 'builder', component: BuilderView, meta: { title: text.builder.title } },
      { path: '/train/:id?', name: 'train', component: TrainView, props: true, meta: { title: text.nav.train } },
      { path: '/samples/:id?', name: 'samples', component: SamplesView, props: true, meta: { title: text.nav.samples } },
      { path: '/understand/:id?', name: 'understand', component: UnderstandView, props: true, meta: { title: text.nav.understand } },
      { path: '/checkpoints/:id?', name: 'checkpoints', component: CheckpointsView, props: true, meta: { title: text.nav.checkpoints } },
      { path: '/compare', name: 'compare', component: CompareView, meta: { title: text.nav.compare } },
      { path: '/engine', name: 'engine', component: EngineView, meta: { title: text.nav.engine } },
      { path: '/log', name: 'log', component: LogView, meta: { title: text.nav.log } },
      { path: '/settings', name: 'settings', component: SettingsView, meta: { title: text.nav.settings } },
      { path: '/:rest(.*)*', redirect: '/data' },
    ],
  })
  router.afterEach((to) => {
    document.title = `${String(to.meta.title ?? '')} · ${text.app.name}`
    remember(to.path)
  })
  return router
}

const LAST_PAGE = 'chainrule:page'

/** Where this window was when it was closed; what is not there any more, its page knows to replace. */
function lastPage(): string {
  const kept = localStorage.getItem(LAST_PAGE)
  return kept !== null && /^\/[a-z]/.test(kept) ? kept : '/data'
}

function remember(path: string): void {
  try {
    localStorage.setItem(LAST_PAGE, path)
  } catch {
    // A browser that keeps nothing begins at the data.
  }
}
