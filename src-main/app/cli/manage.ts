import type { Command } from 'commander'
import { bitsLabel, nllUnit } from '../../contract/domain'
import { UserError } from '../../data/userError'
import { command, number, runCommand } from './command'
import { sayProblems } from './data'
import { duration, table } from './output'

interface Flags {
  json?: boolean
  home?: string
}

const digits = (value: number | undefined, count: number): string | null => (value === undefined ? null : value.toFixed(count))

export function runsCommand(): Command {
  return command('runs', 'list the runs').action((flags: Flags) =>
    runCommand(flags, async (session) => {
      const runs = await session.client.runs.list()
      await sayProblems(session)
      const rows = runs.map(({ id, status, progress, best, dataset }) => [
        id,
        status,
        dataset.id,
        progress.step,
        digits(best?.nats, 3),
        best ? nllUnit(dataset.domain) : null,
        best ? `${best.bitsPerDim.toFixed(4)} ${bitsLabel(nllUnit(dataset.domain))}` : null,
      ])
      session.output.answer(runs, table(rows, ['id', 'status', 'data set', 'step', 'best nats', 'unit', 'bits']))
    }),
  )
}

export function checkpointsCommand(): Command {
  return command('checkpoints', 'list the checkpoints of a run; damaged ones say what is wrong')
    .requiredOption('--run <id>', 'run')
    .action((flags: Flags & { run: string }) =>
      runCommand(flags, async ({ client, output }) => {
        const listings = await client.checkpoints.list({ runId: flags.run })
        const rows = listings.map(({ step, record, problem }) => [
          step,
          record?.tags.join(', ') || null,
          digits(record?.valid?.nats, 3),
          record?.bytes ?? null,
          problem ?? record?.note ?? '',
        ])
        output.answer(listings, table(rows, ['step', 'tags', 'valid nats', 'bytes', 'note']))
      }),
    )
}

export function queueCommand(): Command {
  return command('queue', 'what trains and what waits, in the order in which it starts')
    .option('--cancel <run>', 'pause a training run, or take a waiting one out')
    .option('--move <run>', 'give a waiting run another place, with --to')
    .option('--to <place>', 'the place, 1 being the next to start', number('--to', { integer: true, minimum: 1 }))
    .option('--pause', 'start nothing that waits; what trains goes on')
    .option('--resume', 'let what waits start again')
    .action((flags: Flags & { cancel?: string; move?: string; to?: number; pause?: boolean; resume?: boolean }) =>
      runCommand(flags, async ({ client, output }) => {
        if (flags.pause && flags.resume) throw new UserError('--pause and --resume contradict each other.', { field: 'pause' })
        if ((flags.move === undefined) !== (flags.to === undefined)) throw new UserError('--move and --to belong together.', { field: 'move' })
        if (flags.cancel !== undefined) await client.runs.pause({ id: flags.cancel })
        if (flags.move !== undefined) await client.queue.move({ runId: flags.move, to: flags.to! - 1 })
        if (flags.pause || flags.resume) await client.queue.setPaused({ paused: flags.pause === true })
        const { paused, waiting } = await client.queue.get()
        const place = new Map(waiting.map(({ runId }, index) => [runId, index]))
        const starts = new Map(waiting.map(({ runId, startsInSeconds }) => [runId, startsInSeconds]))
        const busy = (await client.runs.list())
          .filter(({ status }) => status === 'queued' || status === 'starting' || status === 'running')
          .sort((a, b) => (place.get(a.id) ?? -1) - (place.get(b.id) ?? -1))
        const rows = busy.map(({ id, status, progress }) => [id, status, `${(progress.fraction * 100).toFixed(1)} %`, startText(starts.get(id))])
        output.answer(busy, `${table(rows, ['run', 'status', 'done', 'starts in'])}${paused ? '\nThe queue is paused: nothing that waits is started (queue --resume).' : ''}`)
      }),
    )
}

/** undefined: it does not wait. */
const startText = (seconds: number | null | undefined): string | null => (seconds === undefined ? null : seconds === null ? '?' : duration(seconds))

export function deleteCommand(): Command {
  return command('delete', 'delete a run, one of its checkpoints, a data set, or a saved model; all can be taken back for 30 days (storage --recover)')
    .option('--run <id>', 'run')
    .option('--checkpoint <step>', 'only this checkpoint of the run', number('--checkpoint', { integer: true, minimum: 0 }))
    .option('--dataset <id>', 'data set')
    .option('--model <name>', 'saved model')
    .action((flags: Flags & { run?: string; checkpoint?: number; dataset?: string; model?: string }) =>
      runCommand(flags, async ({ client, output }) => {
        const { run, checkpoint, dataset, model } = flags
        if ([run, dataset, model].filter((what) => what !== undefined).length !== 1)
          throw new UserError('delete needs either --run, --dataset or --model.', { field: 'run' })
        if (checkpoint !== undefined && run === undefined) throw new UserError('--checkpoint belongs to --run.', { field: 'checkpoint' })
        let trashId: string | null = null
        if (model !== undefined) ({ trashId } = await client.models.remove({ id: model }))
        else if (dataset !== undefined) ({ trashId } = await client.datasets.remove({ id: dataset }))
        else if (run !== undefined && checkpoint !== undefined) ({ trashId } = await client.checkpoints.remove({ runId: run, step: checkpoint }))
        else if (run !== undefined) ({ trashId } = await client.runs.remove({ id: run }))
        if (trashId !== null) output.say(`Take it back with: chainrule storage --recover ${trashId}`)
        output.answer(
          { deleted: { run: run ?? null, checkpoint: checkpoint ?? null, dataset: dataset ?? null, ...(model === undefined ? {} : { model }) }, trashId },
          `Deleted ${model ?? dataset ?? `${run ?? ''}${checkpoint === undefined ? '' : `, checkpoint ${checkpoint}`}`}.`,
        )
      }),
    )
}
