import type { Command } from 'commander'
import { Option } from 'commander'
import type { PresetName } from '../../contract/records/model'
import { UserError } from '../../data/userError'
import { command, gather, runCommand } from './command'
import { chooseModel } from './chooseModel'
import { modelChoice } from './modelDocument'
import { table } from './output'

interface Flags {
  json?: boolean
  home?: string
}

export function familiesCommand(): Command {
  return command('families', 'list the model families with their presets')
    .option('--dataset <id>', 'say which fit this data set')
    .action((flags: Flags & { dataset?: string }) =>
      runCommand(flags, async ({ client, output }) => {
        const fitting = flags.dataset === undefined ? null : await client.families.forDataset({ datasetId: flags.dataset })
        const families = (await client.families.list()).map(({ id, title, reference, domains }) => {
          const fit = fitting?.find(({ family }) => family === id)
          const presets = fit ? fit.presets.map(({ name }) => name) : (['small', 'standard', 'paper'] satisfies PresetName[])
          return { family: id, title, reference, domains, presets, ...(fit ? { fits: fit.fits, why: fit.why } : {}) }
        })
        output.answer(
          families,
          table(
            families.map(({ family, title, domains, reference }) => [family, title, domains.join(', '), reference]),
            ['family', 'title', 'domains', 'reference'],
          ),
        )
      }),
    )
}

export function inspectCommand(): Command {
  return command('inspect', 'parameters, receptive field and causality of a model, without training it')
    .option('--family <family>', 'model family')
    .addOption(new Option('--model <model>', 'a saved model by its name, or a model file, in place of family and preset').conflicts('family'))
    .requiredOption('--dataset <id>', 'data set it is to model')
    .option('--preset <preset>', 'small, standard or paper', 'standard')
    .option('--set <k=v>', 'change a setting; may be given several times', gather)
    .option('--no-proof', 'leave out the numerical proof on the built model, for which the engine is started')
    .action((flags: Flags & { family?: string; model?: string; dataset: string; preset: string; set?: string[]; proof: boolean }) =>
      runCommand(flags, async ({ client, output }) => {
        const { family, dataset, preset } = flags
        if (flags.model === undefined && family === undefined) throw new UserError('inspect needs --family or --model.', { field: 'family' })
        const sets = flags.set ?? []
        const { model, training } = flags.model === undefined ? await chooseModel(client, { family: family!, dataset, preset, sets }) : await modelChoice(client, flags.model, sets)
        const { inspection, issues } = await client.families.inspect({
          model,
          datasetId: flags.dataset,
          ...(training.batchSize ? { batchSize: training.batchSize } : {}),
        })
        const [issue] = issues
        if (!inspection || issue)
          throw new UserError(issues.map(({ field, message }) => `${field || 'the configuration'}: ${message}`).join('; '), {
            field: issue?.field ?? '',
          })
        const { parameters, multiplyAdds, receptiveField, blocks, trainingMemoryBytes } = inspection
        // Leaks that the rules of the blocks show need no engine to be proved.
        const proof = flags.proof && inspection.causal ? await client.families.prove({ model, datasetId: flags.dataset }) : null
        const leaks = [...inspection.leaks, ...(proof?.leaks ?? [])]
        const causal = inspection.causal && (proof?.causal ?? true)
        const { map: _, ...field } = receptiveField
        const rows = blocks.map((block) => [block.name, block.kind, block.shape.join('×'), block.parameters])
        output.answer(
          { parameters, multiplyAdds, receptiveField: field, blocks, causal, leaks, proof, trainingMemoryBytes },
          `${parameters.toLocaleString('en')} parameters, ${multiplyAdds.toLocaleString('en')} multiply-adds; sees ${field.text}; ` +
            `${causal ? `causal${proof ? ` (proved on the built model with ${proof.perturbed} of ${proof.dimensions} dimensions changed)` : ''}` : leaks.map((leak) => `${leak.block} leaks: ${leak.reason}`).join('; ')}\n${table(rows, ['block', 'kind', 'shape', 'parameters'])}`,
        )
      }),
    )
}
