import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { Inspection } from '../records/model'
import type { FamilyDescription, InspectOptions, Preset } from './family'
import { describeDomain, trainingMemory } from './figures'

/** S, T and K of pairs: positions of the source and of the target with their ends, and levels. */
export function pairParts(domain: Domain): { sources: number; targets: number; levels: number } {
  const sources = domain.text?.source ?? 0
  return { sources, targets: dimensionsOf(domain) - sources, levels: domain.levels }
}

/** Reason and mend for families of pairs; null when the domain holds some. */
export function refusesAllButPairs(name: string, domain: Domain): string | null {
  if (domain.text?.source !== undefined) return null
  return `${name} models pairs of texts, but this is ${describeDomain(domain)}. Import a .tsv or .csv of two columns as text.`
}

/** Why a family cannot model a domain, with the mend; null when it can. Pairs are for the families that are made for them. */
export function refusalOf({ id, title, refuses }: Pick<FamilyDescription, 'id' | 'title' | 'refuses'>, domain: Domain): string | null {
  if (domain.text?.source !== undefined && !pairFamilies.includes(id))
    return `${title} models examples by themselves, but these are pairs of a source and a target. Choose ByteNet or the Transformer with an encoder and a decoder.`
  return refuses(domain)
}

const pairFamilies: readonly string[] = ['bytenet-pairs', 'transformer-pairs']

export function pairTraining(domain: Domain): Preset<unknown>['training'] {
  return {
    batchSize: dimensionsOf(domain) > 256 ? 16 : 64,
    learningRate: 2e-3,
    schedule: { kind: 'cosine', floor: 0.02 },
    warmupSteps: 100,
    gradientClip: 1,
    ema: 0.998,
    validateEvery: 250,
    validExamples: 500,
  }
}

type PairBlock = Inspection['blocks'][number] & {
  /** Numbers kept for the backward pass, per pair. */
  activations: number
}

/** The figures of a model of pairs, from those of its parts. */
export function pairInspection(parts: readonly PairBlock[], domain: Domain, options: InspectOptions = {}): Inspection {
  const parameters = parts.reduce((sum, part) => sum + part.parameters, 0)
  return {
    parameters,
    multiplyAdds: parts.reduce((sum, part) => sum + part.multiplyAdds, 0),
    receptiveField: { text: 'the whole source, and all earlier characters of the target', size: dimensionsOf(domain) - 1 },
    blocks: parts.map(({ activations: _activations, ...block }) => block),
    causal: true,
    leaks: [],
    trainingMemoryBytes: trainingMemory({ parameters, activationsPerExample: parts.reduce((sum, part) => sum + part.activations, 0), batchSize: options.batchSize ?? 64 }),
  }
}
