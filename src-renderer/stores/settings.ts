import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { defaultSettings } from '../../src-main/contract'
import type { Settings, SettingsChange } from '../../src-main/contract'
import { client, follow } from '../api/connection'

/** The workspace's settings, which every window shares; a copy here makes the first picture of a window right. */
export const useSettingsStore = defineStore('settings', () => {
  const copy = useStorage<Settings>('chainrule:settings', { ...defaultSettings }, undefined, { mergeDefaults: true, shallow: true })
  /** Whether the studio has said them yet. */
  const known = shallowRef(false)
  const settings = computed(() => copy.value)
  let underWay = 0

  function start(signal: AbortSignal): void {
    void follow(
      (abort) => client.settings.watch(undefined, { signal: abort }),
      (present) => {
        // What is being changed here is newer than what the studio says of the time before.
        if (underWay === 0) copy.value = present
        known.value = true
      },
      signal,
    )
  }

  async function settle(ask: () => Promise<Settings>): Promise<void> {
    underWay++
    try {
      const present = await ask()
      if (underWay === 1) copy.value = present
    } catch (error) {
      if (underWay === 1) await client.settings.get().then((present) => (copy.value = present), () => undefined)
      throw error
    } finally {
      underWay--
    }
  }

  /** Shown at once, kept by the studio. */
  function change(given: SettingsChange): Promise<void> {
    copy.value = { ...copy.value, ...given }
    return settle(() => client.settings.update(given))
  }

  const reset = (names?: (keyof Settings)[]): Promise<void> => settle(() => client.settings.reset({ names }))

  return { settings, known, start, change, reset }
})
