import { resolve } from 'node:path'
import type { Command } from 'commander'
import { command, runCommand } from './command'

export function importRunCommand(): Command {
  return command('import-run', 'take in the archive of a run (export --format archive), or that of a model as a run of one checkpoint')
    .argument('<file>', 'the .zip')
    .option('--copy', 'under a new id, where the run is here already')
    .action((file: string, flags: { json?: boolean; home?: string; copy?: boolean }) =>
      runCommand(flags, async ({ client, output }) => {
        const imported = await client.runs.import({ path: resolve(file), copy: flags.copy ?? false })
        const { run, dataset } = imported
        if (dataset === 'missing')
          output.say(`${run.dataset.name}, which it was trained on, is not in this workspace: import it first to score or train on it, then the run again.`)
        output.answer(imported, `${run.id}: ${run.name}, ${run.status}, step ${run.progress.step}`)
      }),
    )
}
