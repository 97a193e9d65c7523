import type { Domain } from './domain'
import type { ModelDocument } from './records/model'
import type { SampleClass } from './records/samples'

/** What a model's examples are conditioned on. */
export type ModelConditioning =
  | { kind: 'class'; classes: number }
  | { kind: 'vector'; size: number }
  /** A sequence of features, a frame for every `hop` samples: local conditioning. */
  | { kind: 'features'; size: number; hop: number }

/** Read from the fields that all families which can be conditioned share; null for a model of the examples alone. */
export function conditioningOf({ config }: Pick<ModelDocument, 'config'>, domain: Pick<Domain, 'classes' | 'features'>): ModelConditioning | null {
  if (Array.isArray(config.blocks)) return conditionOfBlocks(config.blocks)
  if (config.condition === 'class' && domain.classes) return { kind: 'class', classes: domain.classes }
  if (config.condition === 'vector' && typeof config.conditionSize === 'number') return { kind: 'vector', size: config.conditionSize }
  if (config.condition === 'features' && domain.features) return { kind: 'features', size: domain.features.size, hop: domain.features.hop }
  return null
}

/** The features that a model is told, in words; null for one that is told none. Its NLL is that of p(x | features), and comparable with no other. */
export function toldFeatures({ model, dataset }: { model: Pick<ModelDocument, 'config'>; dataset: { domain: Pick<Domain, 'classes' | 'features'> } }): string | null {
  const conditioning = conditioningOf(model, dataset.domain)
  return conditioning?.kind === 'features' ? `${conditioning.size} for every ${conditioning.hop} samples` : null
}

/** A list of blocks says it by a block of its own. */
function conditionOfBlocks(blocks: readonly unknown[]): ModelConditioning | null {
  for (const candidate of blocks) {
    const block = candidate as { kind?: unknown; of?: unknown; size?: unknown; hop?: unknown } | null
    if (block?.kind !== 'condition-input' || typeof block.size !== 'number') continue
    if (block.of === 'features' && typeof block.hop === 'number') return { kind: 'features', size: block.size, hop: block.hop }
    return block.of === 'vector' ? { kind: 'vector', size: block.size } : { kind: 'class', classes: block.size }
  }
  return null
}

/** The class of each of `count` samples. 'each' gives every class its share, one after the other: with count = n · classes, n in a row. */
export function classesOfSamples(chosen: SampleClass, count: number, classes: number): number[] {
  return Array.from({ length: count }, (_value, sample) => (chosen === 'each' ? Math.floor((sample * classes) / count) : chosen))
}
