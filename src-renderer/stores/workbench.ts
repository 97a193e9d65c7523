import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import type { LikelihoodUnit } from '../charts/format'
import type { XAxis } from '../charts/series'

/** What the user was looking at and how, remembered between visits. */
export const useWorkbenchStore = defineStore('workbench', () => {
  const datasetId = useStorage<string | null>('chainrule:dataset', null, undefined, { serializer: plainText })
  const runId = useStorage<string | null>('chainrule:run', null, undefined, { serializer: plainText })
  const curves = useStorage(
    'chainrule:curves',
    {
      unit: 'nats' as LikelihoodUnit,
      axis: 'step' as XAxis,
      logarithmic: false,
      logarithmicX: false,
      smoothing: 0,
      skipStart: true,
      references: true,
      published: true,
    },
    undefined,
    { mergeDefaults: true },
  )
  const gallery = useStorage('chainrule:gallery', { probabilities: false }, undefined, { mergeDefaults: true })
  return { datasetId, runId, curves, gallery }
})

const plainText = { read: (text: string): string | null => text || null, write: (value: string | null): string => value ?? '' }
