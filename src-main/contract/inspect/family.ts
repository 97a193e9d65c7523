import type { z } from 'zod'
import type { Domain } from '../domain'
import type { FamilyGroup, Inspection, PresetName } from '../records/model'
import type { BlockList } from './blocks/blockList'
import type { Budget, TrainingConfigInput } from '../records/training'

export interface Preset<Config> {
  title: string
  config: Config
  training: Partial<TrainingConfigInput>
  budget: Budget
}

/**
 * The pure half of a model family: schema, presets, what fits, and the figures of a configuration.
 * Free of tensors, so that main, the engine and the renderer can all use it.
 */
export interface FamilyDescription<Config = unknown> {
  id: string
  title: string
  description: string
  reference: string
  equation: string
  cost: string
  domains: string[]
  sampling: 'direct' | 'cached' | 'naive'
  /** Under which heading the family is listed. */
  group?: FamilyGroup
  /** Fitted by counting in one pass, so that training it further changes nothing. */
  fitted?: boolean
  /** Has latent variables: its likelihood is only bounded, and its conditionals have no closed form. */
  latents?: true
  /** A training step is many operations too small to be split between cores. */
  smallOperations?: boolean
  schema: z.ZodType<Config>
  /** null when the family can model this domain, else the reason with the mend. */
  refuses(domain: Domain): string | null
  /** A configuration that the schema accepts but this domain cannot have: the field and what to do about it; null when all is well. */
  misfit?(config: Config, domain: Domain): ConfigMisfit | null
  /** Presets whose sizes suit the domain. */
  presets(domain: Domain): Record<PresetName, Preset<Config>>
  /** Everything that is wrong with it, where a family can say more than one thing; used instead of `misfit`. */
  misfits?(config: Config, domain: Domain): ConfigMisfit[]
  /** Families made of blocks: the list that a configuration stands for, with the same weights and numbers. */
  blocks?(config: Config, domain: Domain): BlockList
  /** ordering[step] = dimension generated there, where the fields `ordering` and `orderingSeed` do not say it: see generationOrdering. */
  ordering?(config: Config, domain: Domain): Int32Array
  inspect(config: Config, domain: Domain, options?: InspectOptions): Inspection
}

/** A value of one field that does not go with the data. */
export interface ConfigMisfit {
  field: string
  /** What is wrong and the mend, to follow the field's name. */
  message: string
}

export interface InspectOptions {
  batchSize?: number
  /** [row, column] whose receptive field is drawn; the centre when absent. */
  pixel?: [number, number]
}
