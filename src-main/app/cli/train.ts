import type { Command } from 'commander'
import { Option } from 'commander'
import type { RunRecord, RunStatus } from '../../contract/records/run'
import type { Budget } from '../../contract/records/training'
import { UserError } from '../../data/userError'
import { command, gather, number, runCommand } from './command'
import type { Session } from './command'
import { EXIT_INTERRUPTED, duration } from './output'
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
        session.output.say(`${run.id}: ${run.name}, ${run.parameters.toLocaleString('en')} parameters`)
        await sayPaused(session, run.id)
        answer(session, await followRun(session, run))
      }),
    )
}

/** A studio that was joined may hold its queue back. */
async function sayPaused({ client, output }: Session, id: string): Promise<void> {
  const { paused, waiting } = await client.queue.get()
  if (paused && waiting.some(({ runId }) => runId === id)) output.say('The queue is paused, so this run waits: chainrule queue --resume lets it go on.')
}

function resume({ client }: Session, id: string, budget: Budget): Promise<RunRecord> {
  return client.runs.resume(Object.keys(budget).length > 0 ? { id, budget } : { id })
}

const ENDED: readonly RunStatus[] = ['paused', 'stopped', 'interrupted', 'completed', 'failed']

/** Shows a run until it ends. The first Ctrl-C pauses it: the studio writes a checkpoint and the run can be resumed exactly. */
async function followRun({ client, output, onInterrupt }: Session, { id }: RunRecord): Promise<RunRecord> {
  onInterrupt(() => {
    output.say('Pausing: writing a checkpoint … (Ctrl-C again leaves without one)')
    void client.runs.pause({ id }).catch((error: unknown) => output.say(error instanceof Error ? error.message : String(error)))
  })
  let validated = -1
  let engine = false
  for await (const { runs, removed } of await client.runs.watch()) {
    if (removed.includes(id)) throw new UserError(`The run ${id} was deleted while it trained.`)
    const run = runs.find((candidate) => candidate.id === id)
    if (!run) continue
    if (run.engine && !engine && run.status === 'running') {
      engine = true
      output.say(
        `Engine: ${run.engine.name}${run.engine.tensorflow ? ` with TensorFlow ${run.engine.tensorflow}` : ''} on the ${run.engine.device.toUpperCase()}`,
      )
      if (run.execution) output.say(run.execution.mode === 'compiled' ? 'Steps are compiled.' : `Steps run op by op: ${run.execution.reason}`)
    }
    if (run.lastValid && run.lastValid.step > validated && run.status === 'running') {
      validated = run.lastValid.step
      output.say(
        `step ${run.lastValid.step}, epoch ${run.progress.epoch.toFixed(2)}: valid ${figure(run.lastValid)}, train ${run.lastTrain ? figure(run.lastTrain) : '–'}, ${duration(run.progress.seconds)}`,
      )
    }
    if (ENDED.includes(run.status)) return run
    if (run.status === 'queued') output.progress(null, 'waiting for another run to end')
    else if (run.status === 'starting') output.progress(null, 'starting the engine')
    else output.progress(run.progress.fraction, progressText(run))
  }
  throw new UserError(`The studio that trained ${id} has closed.`, { mend: `Resume the run with: chainrule train --resume ${id}` })
}

const figure = ({ nats, bitsPerDim }: { nats: number; bitsPerDim: number }): string =>
  `${nats.toFixed(nats < 10 ? 4 : 2)} nats (${bitsPerDim.toFixed(4)} bits/dim)`

function progressText({ progress, lastTrain }: RunRecord): string {
  const left = progress.etaSeconds === null ? '' : ` · ${duration(progress.etaSeconds)} left`
  return `step ${progress.step} · train ${lastTrain ? lastTrain.nats.toFixed(3) : '–'} nats · ${progress.stepsPerSecond.toFixed(1)} steps/s${left}`
}

function answer({ output }: Session, run: RunRecord): void {
  const { id, status, progress, lastTrain, lastValid, best, weightsHash, parameters, engine, execution, error } = run
  const stepsPerSecond = progress.seconds > 0 ? progress.step / progress.seconds : 0
  const pair = (figures: RunRecord['lastTrain']): { nats: number; bitsPerDim: number } | null =>
    figures && { nats: figures.nats, bitsPerDim: figures.bitsPerDim }
  if (status === 'failed' || status === 'interrupted') throw new UserError(error ?? `${id} ${status}.`)
  const howToResume = status === 'completed' ? '' : ` Resume with: chainrule train --resume ${id}`
  if (status === 'paused' || status === 'stopped') {
    process.exitCode = EXIT_INTERRUPTED
    output.say(`${status === 'paused' ? 'Paused' : 'Stopped'} at step ${progress.step}, with a checkpoint.${howToResume}`)
  }
  output.answer(
    {
      run: id,
      status,
      steps: progress.step,
      epochs: progress.epoch,
      seconds: progress.seconds,
      stepsPerSecond,
      train: pair(lastTrain),
      valid: pair(lastValid),
      best: best && { step: best.step, nats: best.nats },
      weightsHash,
      parameters,
      engine,
      execution,
    },
    `${id}: ${status} after ${progress.step} steps (${progress.epoch.toFixed(2)} epochs, ${duration(progress.seconds)}); ` +
      `valid ${lastValid ? figure(lastValid) : '–'}, best ${best ? `${figure(best)} at step ${best.step}` : '–'}; weights ${weightsHash?.slice(0, 16) ?? '–'}`,
  )
}
