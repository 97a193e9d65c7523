import type { Domain } from '../domain'
import { isSeries } from '../domain'
import type { Preset } from './family'

/** How the presets of causal convolutions over a sequence are trained: recordings in windows, few at once. */
export function sequenceTraining(domain: Pick<Domain, 'kind' | 'variableLength'>): Preset<unknown>['training'] {
  const series = isSeries(domain)
  return {
    batchSize: series ? 4 : 16,
    learningRate: 2e-3,
    schedule: { kind: 'cosine', floor: 0.02 },
    warmupSteps: 50,
    gradientClip: 1,
    ema: 0.998,
    validateEvery: 250,
    validExamples: series ? 100 : 1000,
    ...(series ? { windowSamples: 2048 } : {}),
  }
}
