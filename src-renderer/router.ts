import type { Router } from 'vue-router'
import { createRouter, createWebHashHistory } from 'vue-router'
import { text } from './strings'
import BuilderView from './views/BuilderView.vue'
import CheckpointsView from './views/CheckpointsView.vue'
import CompareView from './views/CompareView.vue'
import DatasetView from './views/DatasetView.vue'
import DataView from './views/DataView.vue'
import ModelsView from './views/ModelsView.vue'
import SamplesView from './views/SamplesView.vue'
import TrainView from './views/TrainView.vue'
import UnderstandView from './views/UnderstandView.vue'

/** Hash addresses work from a file, from Electron's own protocol and from the server alike. */
export function createStudioRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/data' },
      { path: '/data', name: 'data', component: DataView, meta: { title: text.nav.data } },
      { path: '/data/:id', name: 'dataset', component: DatasetView, props: true, meta: { title: text.nav.data } },
      { path: '/models', name: 'models', component: ModelsView, meta: { title: text.nav.models } },
      { path: '/models/build', name: 'builder', component: BuilderView, meta: { title: text.builder.title } },
      { path: '/train/:id?', name: 'train', component: TrainView, props: true, meta: { title: text.nav.train } },
      { path: '/samples/:id?', name: 'samples', component: SamplesView, props: true, meta: { title: text.nav.samples } },
      { path: '/understand/:id?', name: 'understand', component: UnderstandView, props: true, meta: { title: text.nav.understand } },
      { path: '/checkpoints/:id?', name: 'checkpoints', component: CheckpointsView, props: true, meta: { title: text.nav.checkpoints } },
      { path: '/compare', name: 'compare', component: CompareView, meta: { title: text.nav.compare } },
      { path: '/:rest(.*)*', redirect: '/data' },
    ],
  })
  router.afterEach((to) => {
    document.title = `${String(to.meta.title ?? '')} · ${text.app.name}`
  })
  return router
}
