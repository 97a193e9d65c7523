import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ModelTextError, parseModelFile } from '../../contract/modelFile'
import type { ModelDocument } from '../../contract/records/model'
import { trainingSettingsSchema } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import type { ModelChoice } from './chooseModel'
import { checkedTraining } from './chooseModel'
import { applySettings } from './settings'

/** The document of --model: a saved model by id or name, or a file. */
export async function readModel(client: StudioClient, model: string): Promise<{ name: string; model: ModelDocument; savedId: string | null }> {
  const saved = (await client.models.list()).find(({ id, name }) => id === model || name === model)
  if (saved) return { name: saved.name, model: saved.model, savedId: saved.id }
  if (!/\.json$/i.test(model)) {
    const names = (await client.models.list()).map(({ name }) => name)
    throw new UserError(`There is no saved model '${model}'. ${names.length > 0 ? `Saved: ${names.join(', ')}.` : 'None is saved yet.'}`, {
      field: 'model',
      mend: 'Give one of them, or a .json file.',
    })
  }
  return { ...(await readModelFile(model)), savedId: null }
}

export async function readModelFile(path: string): Promise<{ name: string; model: ModelDocument; text: string }> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { field: 'model' })
  }
  try {
    const { name, model } = parseModelFile(text, basename(path))
    return { name, model, text }
  } catch (error) {
    if (error instanceof ModelTextError) throw new UserError(error.message, { field: error.field ?? 'model' })
    throw error
  }
}

/** What --model and --set describe. There is no preset, so how long to train is to be said. */
export async function modelChoice(client: StudioClient, given: string, sets: readonly string[]): Promise<Omit<ModelChoice, 'preset'> & { preset: null; name: string }> {
  const { model, name } = await readModel(client, given)
  const { config, training } = applySettings(
    { config: model.config, configKeys: Object.keys(model.config), training: {}, trainingKeys: Object.keys(trainingSettingsSchema.shape) },
    sets,
  )
  return { model: { family: model.family, config }, name, preset: null, training: checkedTraining(training), budget: {} }
}
