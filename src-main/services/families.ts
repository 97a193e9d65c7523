import { z } from 'zod'
import type { Domain } from '../contract/domain'
import type { ConfigMisfit, FamilyDescription } from '../contract/inspect/family'
import { configIssues } from '../contract/inspect/inspectDocument'
import { openAsBlocks } from '../contract/inspect/openAsBlocks'
import { refusalOf } from '../contract/inspect/pairs'
import { familyDescription, familyDescriptions } from '../contract/inspect/registry'
import type { FamilyInfo, Inspection, ModelDocument, PresetName } from '../contract/records/model'
import { presetNameSchema } from '../contract/records/model'
import type { Budget, TrainingSettings } from '../contract/records/training'
import { trainingSettingsSchema } from '../contract/records/training'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'

export interface FittingFamily {
  family: string
  fits: boolean
  why: string | null
  presets: { name: PresetName; title: string; config: Record<string, unknown>; training: TrainingSettings; budget: Budget }[]
}

export function listFamilies(): FamilyInfo[] {
  return familyDescriptions.map(({ id, title, description, reference, equation, cost, domains, sampling, group, fitted, blocks, schema }) => ({
    id,
    title,
    description,
    reference,
    equation,
    cost,
    domains,
    sampling,
    ...(group ? { group } : {}),
    ...(fitted ? { fitted } : {}),
    ...(blocks ? { opensAsBlocks: true } : {}),
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
  }))
}

/** A family by its id; UserError with the known ones otherwise. */
export function familyOf(id: string): FamilyDescription {
  try {
    return familyDescription(id)
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { field: 'model.family' })
  }
}

export function presetsFor(description: FamilyDescription, domain: Domain): FittingFamily['presets'] {
  const presets = description.presets(domain)
  return presetNameSchema.options.map((name) => {
    const { title, config, training, budget } = presets[name]
    return { name, title, config: config as Record<string, unknown>, training: trainingSettingsSchema.parse(training), budget }
  })
}

export function familiesForDataset({ datasets }: StudioContext, datasetId: string): FittingFamily[] {
  const { domain } = datasets.get(datasetId)
  return familyDescriptions.map((description) => {
    const why = refusalOf(description, domain)
    return { family: description.id, fits: why === null, why, presets: why === null ? presetsFor(description, domain) : [] }
  })
}

/** The figures of a model on a data set; pure, no tensors. */
export function inspectModel(
  { datasets }: StudioContext,
  input: { model: ModelDocument; datasetId: string; batchSize: number; pixel?: [number, number] | undefined },
): { inspection: Inspection | null; issues: ConfigMisfit[] } {
  const { domain } = datasets.get(input.datasetId)
  const description = familyOf(input.model.family)
  const refusal = refusalOf(description, domain)
  if (refusal) throw new UserError(refusal, { field: 'model.family' })
  const issues = configIssues(description, input.model.config, domain)
  if (issues.length > 0) return { inspection: null, issues }
  const { batchSize, pixel } = input
  return {
    inspection: description.inspect(description.schema.parse(input.model.config), domain, { batchSize, ...(pixel ? { pixel } : {}) }),
    issues,
  }
}

/** The same net as a list of blocks. */
export function modelAsBlocks({ datasets }: StudioContext, input: { model: ModelDocument; datasetId: string }): ModelDocument {
  const { domain } = datasets.get(input.datasetId)
  familyOf(input.model.family)
  try {
    return openAsBlocks(input.model, domain)
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { field: 'model' })
  }
}

/** The model as it is trained: configuration complete and checked, causal. Throws UserError naming the field or the leaking block. */
export function checkedModel(
  model: ModelDocument,
  domain: Domain,
): { model: ModelDocument; inspection: Inspection; description: FamilyDescription } {
  const description = familyOf(model.family)
  const refusal = refusalOf(description, domain)
  if (refusal) throw new UserError(refusal, { field: 'model.family' })
  const [issue, ...others] = configIssues(description, model.config, domain)
  if (issue) {
    const more = others.length > 0 ? ` (and ${others.length} more: ${others.map(({ field }) => field || 'the whole').join(', ')})` : ''
    throw new UserError(
      `${description.title} cannot be built so: ${issue.field || 'the configuration'}: ${issue.message.replace(/\.$/, '')}${more}.`,
      {
        field: `model.config.${issue.field}`,
      },
    )
  }
  const config = description.schema.parse(model.config) as Record<string, unknown>
  const inspection = description.inspect(config, domain)
  const leak = inspection.leaks[0]
  if (leak || !inspection.causal) {
    throw new UserError(
      `This model looks at what it should predict: ${leak ? `${leak.block}: ${leak.reason}` : 'it is not causal'}. ` +
        'Its likelihood would be wrong, so it is not trained.',
      {
        field: 'model.config',
        mend: 'Mask or remove that block.',
      },
    )
  }
  return { model: { family: model.family, config }, inspection, description }
}
