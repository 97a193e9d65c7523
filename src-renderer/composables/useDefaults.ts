import { useStorage } from '@vueuse/core'
import { watch } from 'vue'
import type { Settings } from '../../src-main/contract'
import { useSettingsStore } from '../stores/settings'
import { useWorkbenchStore } from '../stores/workbench'

type Defaults = Pick<Settings, 'unit' | 'split' | 'samples'>

/**
 * What pages begin with. A page remembers for itself what was last chosen on it; a default that has changed, here or in another window,
 * goes before that once. Called once.
 */
export function useDefaults(): void {
  const store = useSettingsStore()
  const workbench = useWorkbenchStore()
  const taken = useStorage<Defaults>('chainrule:defaults-taken', { unit: 'nats', split: 'test', samples: 64 }, undefined, { mergeDefaults: true })

  watch(
    () => {
      const { unit, split, samples } = store.settings
      return { unit, split, samples }
    },
    ({ unit, split, samples }) => {
      const before = taken.value
      if (unit !== before.unit) workbench.curves.unit = unit
      if (split !== before.split) for (const key of ['scoring', 'classifying', 'understanding']) remember(key, { split })
      if (samples !== before.samples) remember('drawing', { count: samples })
      taken.value = { unit, split, samples }
    },
    { immediate: true },
  )
}

/** Into what a form that is open or not has stored; one that is open follows. */
function remember(key: string, values: Record<string, unknown>): void {
  const stored = useStorage<Record<string, unknown>>(`chainrule:${key}`, {}, undefined, { writeDefaults: false })
  stored.value = { ...stored.value, ...values }
}
