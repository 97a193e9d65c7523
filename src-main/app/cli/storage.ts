import type { Command } from 'commander'
import { UserError } from '../../data/userError'
import { command, runCommand } from './command'
import { table } from './output'

const size = (bytes: number): string => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`)

export function storageCommand(): Command {
  return command('storage', 'what the workspace takes on the disk, and what was deleted and can be taken back')
    .option('--recover <id>', 'take something back from the trash')
    .option('--empty', 'delete what is in the trash for good')
    .action((flags: { json?: boolean; home?: string; recover?: string; empty?: boolean }) =>
      runCommand(flags, async ({ client, output }) => {
        if (flags.recover !== undefined && flags.empty) throw new UserError('--recover and --empty contradict each other.', { field: 'empty' })
        if (flags.recover !== undefined) {
          const entry = await client.storage.recover({ id: flags.recover })
          output.answer({ recovered: entry }, `Took back ${entry.kind} ${entry.step === null ? '' : `of step ${entry.step} of `}${entry.name}.`)
          return
        }
        if (flags.empty) {
          const freed = await client.storage.empty({})
          output.answer({ freed }, `Deleted ${freed.entries} for good, ${size(freed.bytes)}.`)
          return
        }
        const [use, trash] = [await client.storage.use(), await client.storage.trash({})]
        const rows = [...use.runs.map((run) => ['run', run.id, run.bytes] as const), ...use.datasets.map((dataset) => ['data set', dataset.id, dataset.bytes] as const)]
        const lines = [
          table(rows.map(([kind, id, bytes]) => [kind, id, size(bytes)]), ['', 'id', 'size']),
          `${use.home}: ${size(use.total)}${use.free === null ? '' : `, ${size(use.free)} free on the disk`}; trash ${size(use.trash)}`,
          ...(trash.length === 0 ? [] : [table(trash.map(({ id, kind, name, step, bytes }) => [kind, step === null ? name : `${name}, step ${step}`, size(bytes), id]), ['trash', 'of', 'size', 'id'])]),
        ]
        output.answer({ use, trash }, lines.join('\n'))
      }),
    )
}
