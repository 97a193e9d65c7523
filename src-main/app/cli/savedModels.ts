import { mkdir } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { MODEL_FILE_ENDING } from '../../contract/records/savedModel'
import { UserError } from '../../data/userError'
import { chooseModel } from './chooseModel'
import { command, gather, runCommand } from './command'
import { modelChoice, readModel, readModelFile } from './modelDocument'
import { table } from './output'
import { written } from './resultFlags'

interface Flags {
  json?: boolean
  home?: string
}

export function modelsCommand(): Command {
  return command('models', 'list the saved models').action((flags: Flags) =>
    runCommand(flags, async ({ client, output }) => {
      const models = await client.models.list()
      const rows = models.map(({ id, name, model, parent, updatedAt }) => [id, name, model.family, parent?.name ?? null, updatedAt.slice(0, 16).replace('T', ' ')])
      output.answer(models, table(rows, ['id', 'name', 'family', 'forked from', 'changed']))
    }),
  )
}

export function saveModelCommand(): Command {
  return command('save-model', "save a family's preset with changes, or a copy of a saved model, under a name")
    .requiredOption('--name <name>', 'name of the saved model')
    .option('--family <family>', 'model family')
    .option('--dataset <id>', 'data set that it is made for; needed with --family and --blocks')
    .option('--preset <preset>', 'small, standard or paper', 'standard')
    .option('--model <name>', 'a saved model, of which a copy is made, or a file')
    .option('--set <k=v>', 'change a setting of the model; may be given several times', gather)
    .option('--blocks', 'as a list of blocks')
    .action((flags: Flags & { name: string; family?: string; dataset?: string; preset: string; model?: string; set?: string[]; blocks?: boolean }) =>
      runCommand(flags, async ({ client, output }) => {
        const { family, dataset, preset, name } = flags
        const sets = flags.set ?? []
        if ((family === undefined) === (flags.model === undefined)) throw new UserError('save-model needs either --family or --model.', { field: 'family' })
        if (dataset === undefined && (family !== undefined || flags.blocks)) throw new UserError('save-model needs --dataset with --family and with --blocks.', { field: 'dataset' })
        const source = flags.model === undefined ? null : await readModel(client, flags.model)
        const chosen = flags.model === undefined ? await chooseModel(client, { family: family!, dataset: dataset!, preset, sets }) : await modelChoice(client, flags.model, sets)
        const model = flags.blocks ? await client.families.openAsBlocks({ model: chosen.model, datasetId: dataset! }) : chosen.model
        const made = dataset === undefined ? {} : { datasetId: dataset }
        let saved
        if (source?.savedId) {
          const { id } = await client.models.duplicate({ id: source.savedId, name })
          saved = await client.models.update({ id, model, ...made })
        } else saved = await client.models.save({ name, model, ...made })
        output.answer(saved, `${saved.id}: ${saved.name}, ${saved.model.family}${saved.parent ? `, forked from ${saved.parent.name}` : ''}`)
      }),
    )
}

export function exportModelCommand(): Command {
  return command('export-model', 'write a saved model to a file that another studio imports')
    .requiredOption('--model <name>', 'saved model, by name or id')
    .option('--to <file>', `file; the model's name and ${MODEL_FILE_ENDING} in the present folder when absent`)
    .action((flags: Flags & { model: string; to?: string }) =>
      runCommand(flags, async ({ client, output }) => {
        const file = await client.models.export({ id: flags.model })
        const path = resolve(flags.to ?? file.name)
        await mkdir(dirname(path), { recursive: true })
        const files = [await written(path, file)]
        output.answer({ files }, files.join('\n'))
      }),
    )
}

export function importModelCommand(): Command {
  return command('import-model', `take a ${MODEL_FILE_ENDING} file in, or the JSON of a bare model document`)
    .argument('<file>', 'file')
    .action((file: string, flags: Flags) =>
      runCommand(flags, async ({ client, output }) => {
        const { text } = await readModelFile(file)
        const saved = await client.models.import({ fileName: basename(file), text })
        output.answer(saved, `${saved.id}: ${saved.name}, ${saved.model.family}`)
      }),
    )
}
