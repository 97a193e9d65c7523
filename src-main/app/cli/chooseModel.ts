import type { ModelDocument, PresetName } from '../../contract/records/model'
import { presetNameSchema } from '../../contract/records/model'
import type { Budget, TrainingSettings } from '../../contract/records/training'
import { trainingSettingsSchema } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import type { Settings } from './settings'
import { applySettings } from './settings'

export interface ModelChoice {
  model: ModelDocument
  preset: PresetName
  /** What --set changed about training; the preset's settings are the studio's business. */
  training: TrainingSettings
  /** The preset's. */
  budget: Budget
}

/** The document that --family, --preset and --set describe. */
export async function chooseModel(
  client: StudioClient,
  { family, dataset, preset, sets }: { family: string; dataset: string; preset: string; sets: readonly string[] },
): Promise<ModelChoice> {
  const name = presetNameSchema.safeParse(preset)
  if (!name.success)
    throw new UserError(`There is no preset '${preset}'. Presets: ${presetNameSchema.options.join(', ')}.`, { field: 'preset' })
  const choices = await client.families.forDataset({ datasetId: dataset })
  const choice = choices.find((candidate) => candidate.family === family)
  if (!choice)
    throw new UserError(`There is no model family '${family}'. Known: ${choices.map((candidate) => candidate.family).join(', ')}.`, {
      field: 'family',
    })
  const found = choice.presets.find((candidate) => candidate.name === name.data)
  if (!choice.fits || !found)
    throw new UserError(choice.why ?? `${family} has no preset '${preset}' for this data set.`, { field: 'family' })
  const info = (await client.families.list()).find(({ id }) => id === family)
  const properties = Object.keys((info?.schema['properties'] as Settings | undefined) ?? {})
  const { config, training } = applySettings(
    {
      config: found.config,
      configKeys: [...new Set([...Object.keys(found.config), ...properties])],
      training: {},
      trainingKeys: Object.keys(trainingSettingsSchema.shape),
    },
    sets,
  )
  return { model: { family, config }, preset: name.data, training: checkedTraining(training), budget: found.budget }
}

export function checkedTraining(training: unknown): TrainingSettings {
  const parsed = trainingSettingsSchema.safeParse(training)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UserError(`The training setting ${issue?.path.join('.') ?? ''} is wrong: ${issue?.message ?? ''}.`, { field: 'training' })
}
