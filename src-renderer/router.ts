import type { Router } from 'vue-router'
import { createRouter, createWebHashHistory } from 'vue-router'
import { connectionState } from './api/connection'
import { views } from './pages'
import { text } from './strings'

/** Hash addresses work from a file, from Electron's own protocol and from the server alike. */
export function createStudioRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: () => lastPage() },
      { path: '/data', name: 'data', component: views.data, meta: { title: text.nav.data } },
      { path: '/data/:id', name: 'dataset', component: views.dataset, props: true, meta: { title: text.nav.data } },
      { path: '/models', name: 'models', component: views.models, meta: { title: text.nav.models } },
      { path: '/models/build', name: 'builder', component: views.builder, meta: { title: text.builder.title } },
      { path: '/train/:id?', name: 'train', component: views.train, props: true, meta: { title: text.nav.train } },
      { path: '/samples/:id?', name: 'samples', component: views.samples, props: true, meta: { title: text.nav.samples } },
      { path: '/understand/:id?', name: 'understand', component: views.understand, props: true, meta: { title: text.nav.understand } },
      { path: '/checkpoints/:id?', name: 'checkpoints', component: views.checkpoints, props: true, meta: { title: text.nav.checkpoints } },
      { path: '/compare', name: 'compare', component: views.compare, meta: { title: text.nav.compare } },
      { path: '/engine', name: 'engine', component: views.engine, meta: { title: text.nav.engine } },
      { path: '/log', name: 'log', component: views.log, meta: { title: text.nav.log } },
      { path: '/settings', name: 'settings', component: views.settings, meta: { title: text.nav.settings } },
      { path: '/:rest(.*)*', redirect: '/data' },
    ],
  })
  router.afterEach((to) => {
    document.title = `${String(to.meta.title ?? '')} · ${text.app.name}`
    remember(to.path)
  })
  // A studio that was built anew has other files than the window that is open still asks for: it opens itself again, there. Once, as a
  // window that has only just been opened has no page yet.
  router.onError((_error, to) => {
    if (router.currentRoute.value.matched.length === 0 || connectionState.value !== 'open') return
    location.hash = to.fullPath
    location.reload()
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
