import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { config as zodConfig } from 'zod'
import App from './App.vue'
import { createStudioRouter } from './router'
import './styles/main.css'

// zod would compile its checks with `new Function`, which the content security policy forbids.
zodConfig({ jitless: true })

createApp(App).use(createPinia()).use(createStudioRouter()).use(ui).mount('#app')
