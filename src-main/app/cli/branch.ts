import type { Command } from 'commander'
import { Option } from 'commander'
import { trainingSettingsSchema } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import { checkedTraining } from './chooseModel'
import { command, gather, number, runCommand } from './command'
import { followToEnd } from './followRun'
import { selector, weightsOption } from './resultFlags'
import { applySettings } from './settings'
import type { TrainFlags } from './trainFlags'
import { budgetOf } from './trainFlags'

interface Flags extends Pick<TrainFlags, 'json' | 'home' | 'dataset' | 'set' | 'steps' | 'epochs' | 'minutes' | 'seed' | 'name'> {
  run: string
  checkpoint: string
  weights?: 'raw' | 'ema'
  optimizer: 'keep' | 'fresh'
}

export function branchCommand(): Command {
  return command('branch', 'train a new run that begins with a checkpoint of another, with settings and a budget of its own')
    .requiredOption('--run <id>', 'the parent')
    .addOption(new Option('--checkpoint <which>', "'best', 'last' or a step").default('last'))
    .addOption(weightsOption())
    .addOption(
      new Option('--optimizer <state>', "'keep': take its state over, steps count on; 'fresh': begin anew at step 0, with warm-up and schedule").choices(['keep', 'fresh']).default('keep'),
    )
    .option('--dataset <id>', 'train on another data set of the same shape and levels')
    .option('--set <k=v>', 'change a setting of training, for example learningRate=0.0001', gather)
    .option('--steps <n>', 'train so many steps more', number('--steps', { integer: true, minimum: 1 }))
    .option('--epochs <n>', 'train so many epochs more', number('--epochs', { minimum: 0 }))
    .option('--minutes <m>', 'train so many minutes', number('--minutes', { minimum: 0 }))
    .option('--seed <n>', 'seed of the order of the batches', number('--seed', { integer: true, minimum: 0 }))
    .option('--name <name>', 'name of the branch')
    .action((flags: Flags) =>
      runCommand(flags, async (session) => {
        const budget = budgetOf(flags)
        if (Object.keys(budget).length === 0) throw new UserError('branch needs --steps, --epochs or --minutes: how long the branch is to train.', { field: 'budget' })
        const keys = Object.keys(trainingSettingsSchema.shape)
        const { training } = applySettings({ config: {}, configKeys: [], training: {}, trainingKeys: keys }, flags.set ?? [])
        const { run: runId, weights, optimizer, name, dataset } = flags
        const run = await session.client.runs.branch({
          runId,
          checkpoint: selector(flags.checkpoint),
          optimizer,
          budget,
          training: { ...checkedTraining(training), ...(flags.seed === undefined ? {} : { seed: flags.seed }) },
          ...(weights === undefined ? {} : { weights }),
          ...(name === undefined ? {} : { name }),
          ...(dataset === undefined ? {} : { datasetId: dataset }),
        })
        session.output.say(`Branched from step ${run.parent?.step ?? 0} of ${runId} (${run.parent?.weights ?? 'raw'} weights, optimizer state: ${optimizer}).`)
        await followToEnd(session, run)
      }),
    )
}
