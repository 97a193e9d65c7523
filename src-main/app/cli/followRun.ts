import { bitsLabel, nllUnit } from '../../contract/domain'
import type { RunRecord, RunStatus } from '../../contract/records/run'
import { UserError } from '../../data/userError'
import type { Session } from './command'
import { EXIT_INTERRUPTED, duration } from './output'

/** Shows a run that was just queued until it ends, and answers what became of it. */
export async function followToEnd(session: Session, run: RunRecord): Promise<void> {
  session.output.say(`${run.id}: ${run.name}, ${run.parameters.toLocaleString('en')} parameters`)
  await sayPaused(session, run.id)
  answer(session, await followRun(session, run))
}

/** A studio that was joined may hold its queue back. */
async function sayPaused({ client, output }: Session, id: string): Promise<void> {
  const { paused, waiting } = await client.queue.get()
  if (paused && waiting.some(({ runId }) => runId === id)) output.say('The queue is paused, so this run waits: chainrule queue --resume lets it go on.')
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
        `step ${run.lastValid.step}, epoch ${run.progress.epoch.toFixed(2)}: valid ${figure(run.lastValid, run)}, train ${run.lastTrain ? figure(run.lastTrain, run) : '–'}, ${duration(run.progress.seconds)}`,
      )
    }
    if (ENDED.includes(run.status)) return run
    if (run.status === 'queued') output.progress(null, 'waiting for another run to end')
    else if (run.status === 'starting') output.progress(null, 'starting the engine')
    else output.progress(run.progress.fraction, progressText(run))
  }
  throw new UserError(`The studio that trained ${id} has closed.`, { mend: `Resume the run with: chainrule train --resume ${id}` })
}

/** Of examples nats go without saying; those of a frame of video or a pair are named. */
const unitOf = ({ dataset }: RunRecord): string => (['nats/frame', 'nats/pair'].includes(nllUnit(dataset.domain)) ? nllUnit(dataset.domain) : 'nats')

const figure = ({ nats, bitsPerDim }: { nats: number; bitsPerDim: number }, run: RunRecord): string =>
  `${nats.toFixed(nats < 10 ? 4 : 2)} ${unitOf(run)} (${bitsPerDim.toFixed(4)} ${bitsLabel(nllUnit(run.dataset.domain))})`

function progressText(run: RunRecord): string {
  const { progress, lastTrain } = run
  const left = progress.etaSeconds === null ? '' : ` · ${duration(progress.etaSeconds)} left`
  return `step ${progress.step} · train ${lastTrain ? lastTrain.nats.toFixed(3) : '–'} ${unitOf(run)} · ${progress.stepsPerSecond.toFixed(1)} steps/s${left}`
}

function answer({ output }: Session, run: RunRecord): void {
  const { id, status, progress, lastTrain, lastValid, best, weightsHash, parameters, engine, execution, error, parent } = run
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
      ...(parent ? { parent } : {}),
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
      `valid ${lastValid ? figure(lastValid, run) : '–'}, best ${best ? `${figure(best, run)} at step ${best.step}` : '–'}; weights ${weightsHash?.slice(0, 16) ?? '–'}`,
  )
}
