import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { domainSchema } from '../../contract/domain'
import { modelDocumentSchema, presetNameSchema } from '../../contract/records/model'
import { budgetSchema, trainingSettingsSchema } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import { checkedTraining, chooseModel } from './chooseModel'
import { modelChoice } from './modelDocument'
import { applySettings } from './settings'
import type { TrainFlags } from './trainFlags'
import { budgetOf } from './trainFlags'

type NewRun = Parameters<StudioClient['runs']['create']>[0]

/** A run.json, or by hand: the data set's id, the model's document, and what is to differ from the defaults. */
const configFileSchema = z.object({
  name: z.string().optional(),
  dataset: z.union([z.string(), z.object({ id: z.string(), domain: domainSchema.optional() })]).optional(),
  model: modelDocumentSchema,
  preset: presetNameSchema.nullable().optional(),
  training: trainingSettingsSchema.optional(),
  budget: budgetSchema.optional(),
})

/** What `train` without --resume asks for. */
export async function newRun(client: StudioClient, flags: TrainFlags): Promise<NewRun> {
  const given = budgetOf(flags)
  const limited = Object.keys(given).length > 0
  const overriding = {
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.engine === undefined ? {} : { execution: flags.engine }),
  }
  const named = flags.name === undefined ? {} : { name: flags.name }
  if (flags.config !== undefined) {
    const file = await readConfig(flags.config)
    const datasetId = flags.dataset ?? (typeof file.dataset === 'string' ? file.dataset : file.dataset?.id)
    if (datasetId === undefined)
      throw new UserError(`${flags.config} names no data set.`, { field: 'dataset', mend: 'Give one with --dataset.' })
    if (flags.family !== undefined && flags.family !== file.model.family)
      throw new UserError(`${flags.config} is of the family ${file.model.family}, not ${flags.family}.`, { field: 'family' })
    const { config, training } = applySettings(
      {
        config: file.model.config,
        configKeys: Object.keys(file.model.config),
        training: { ...file.training },
        trainingKeys: Object.keys(trainingSettingsSchema.shape),
      },
      flags.set ?? [],
    )
    return {
      datasetId,
      model: { family: file.model.family, config },
      preset: file.preset ?? null,
      training: { ...checkedTraining(training), ...overriding },
      budget: limited ? given : (file.budget ?? {}),
      ...(file.name === undefined ? {} : { name: file.name }),
      ...named,
    }
  }
  if (flags.dataset === undefined) throw new UserError('train needs --dataset (or --config, or --resume).', { field: 'dataset' })
  if (flags.model !== undefined) {
    const { model, training, name } = await modelChoice(client, flags.model, flags.set ?? [])
    if (!limited) throw new UserError('train --model needs --steps, --epochs or --minutes: a model alone does not say how long to train.', { field: 'budget' })
    const runName = `${name} on ${(await client.datasets.get({ id: flags.dataset })).name}`.slice(0, 80)
    return { datasetId: flags.dataset, model, preset: null, training: { ...training, ...overriding }, budget: given, name: runName, ...named }
  }
  if (flags.family === undefined) throw new UserError('train needs --family or --model. `chainrule families` and `chainrule models` list them.', { field: 'family' })
  const { model, preset, training, budget } = await chooseModel(client, {
    family: flags.family,
    dataset: flags.dataset,
    preset: flags.preset ?? 'standard',
    sets: flags.set ?? [],
  })
  return { datasetId: flags.dataset, model, preset, training: { ...training, ...overriding }, budget: limited ? given : budget, ...named }
}

async function readConfig(path: string): Promise<z.infer<typeof configFileSchema>> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new UserError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`, { field: 'config' })
  }
  const parsed = configFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UserError(`${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'invalid'}.`, { field: 'config' })
}
