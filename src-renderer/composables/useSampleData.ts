import { shallowRef } from 'vue'
import { useProblems } from './useProblems'
import { useDatasetsStore } from '../stores/datasets'
import type { GenerateRequest } from '../stores/datasets'
import { text } from '../strings'

export const sampleKinds = [
  { kind: 'glyphs', icon: 'i-lucide-pen-tool', count: 5000, binarize: 'stochastic' },
  { kind: 'textures', icon: 'i-lucide-waves', count: 5000, binarize: undefined },
  { kind: 'moving-glyphs', icon: 'i-lucide-film', count: 1000, binarize: 'threshold' },
  { kind: 'tones', icon: 'i-lucide-audio-waveform', count: 400, binarize: undefined },
  { kind: 'reversed', icon: 'i-lucide-arrow-left-right', count: 5000, binarize: undefined },
] as const satisfies readonly { kind: GenerateRequest['kind']; icon: string; count: number; binarize: GenerateRequest['binarize'] }[]

export type SampleKind = (typeof sampleKinds)[number]['kind']

/** Data that the studio draws itself, in one click. */
export function useSampleData() {
  const datasets = useDatasetsStore()
  const { attempt } = useProblems()
  const pending = shallowRef<SampleKind | null>(null)

  async function generate(kind: SampleKind): Promise<void> {
    const recipe = sampleKinds.find((candidate) => candidate.kind === kind)
    if (!recipe) return
    pending.value = kind
    await attempt(() =>
      datasets.generate({
        kind,
        name: text.data.generate[kind].name,
        count: recipe.count,
        seed: 0,
        ...(recipe.binarize ? { binarize: recipe.binarize } : {}),
      }),
    )
    pending.value = null
  }

  return { pending, generate }
}
