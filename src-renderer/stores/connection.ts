import { defineStore } from 'pinia'
import { computed } from 'vue'
import { connectionAttempts, connectionState, filesAreLocal, tryConnectionNow } from '../api/connection'

/** Whether the studio can be reached; the banner and disabled buttons follow it. */
export const useConnectionStore = defineStore('connection', () => {
  const state = computed(() => connectionState.value)
  const online = computed(() => state.value === 'open')
  const attempts = computed(() => connectionAttempts.value)
  return { state, online, attempts, filesAreLocal, tryNow: tryConnectionNow }
})
