import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { config as zodConfig } from 'zod'
import App from './App.vue'
import { fetchAhead } from './pages'
import { createStudioRouter } from './router'
import './styles/main.css'

// zod would compile its checks with `new Function`, which the content security policy forbids.
zodConfig({ jitless: true })

const router = createStudioRouter()
createApp(App).use(createPinia()).use(router).use(ui).mount('#app')
void router.isReady().then(fetchAhead, fetchAhead)
