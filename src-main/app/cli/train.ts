import type { Command } from 'commander'
import { Option } from 'commander'
import type { RunRecord } from '../../contract/records/run'
import type { Budget } from '../../contract/records/training'
import { command, gather, number, runCommand } from './command'
import type { Session } from './command'
import { followToEnd } from './followRun'
import { newRun } from './newRun'
import type { TrainFlags } from './trainFlags'
import { budgetOf } from './trainFlags'

export function trainCommand(): Command {
  return command('train', 'train a model, or resume a run')
    .option('--dataset <id>', 'data set')
    .option('--family <family>', 'model family')
    .option('--preset <preset>', 'small, standard (the default) or paper')
    .addOption(new Option('--model <model>', 'a saved model by its name, or a model file, in place of family and preset').conflicts(['family', 'preset', 'config']))
    .option(
      '--set <k=v>',
      'change a setting of the model or of training, for example hidden=[500,500] or learningRate=0.001; ' +
        "a 'model.' or 'training.' before it decides where both have it",
      gather,
    )
    .option('--epochs <n>', 'train for so many epochs', number('--epochs', { minimum: 0 }))
    .option('--steps <n>', 'train for so many steps', number('--steps', { integer: true, minimum: 1 }))
    .option('--minutes <m>', 'train for so many minutes', number('--minutes', { minimum: 0 }))
    .option('--seed <n>', 'seed of everything', number('--seed', { integer: true, minimum: 0 }))
    .option('--name <name>', 'name of the run')
    .addOption(
      new Option('--resume <run>', 'continue a run from its last checkpoint, to its own budget or a larger one').conflicts([
        'dataset',
        'family',
        'preset',
        'model',
        'set',
        'seed',
        'config',
        'engine',
      ]),
    )
    .addOption(
      new Option(
        '--engine <mode>',
        'run each step as one compiled program, or op by op; auto (the default) compiles where the engine and the model allow it',
      ).choices(['auto', 'compiled', 'eager']),
    )
    .option('--config <file>', "a run's run.json, or a file of the same fields; options override it")
    .action((flags: TrainFlags) =>
      runCommand(flags, async (session) => {
        const run =
          flags.resume === undefined
            ? await session.client.runs.create(await newRun(session.client, flags))
            : await resume(session, flags.resume, budgetOf(flags))
        await followToEnd(session, run)
      }),
    )
}

function resume({ client }: Session, id: string, budget: Budget): Promise<RunRecord> {
  return client.runs.resume(Object.keys(budget).length > 0 ? { id, budget } : { id })
}
