import { mkdir, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { unzipSync } from 'fflate'
import type { CheckpointSelector } from '../../contract/contract'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import { exportEvolution, pictureFormat, withEvolutionOptions } from './animate'
import type { EvolutionFlags } from './animate'
import { command, runCommand } from './command'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, written } from './resultFlags'

const FORMATS = ['safetensors', 'zip', 'csv', 'archive', 'tensorboard'] as const
type Format = (typeof FORMATS)[number]

export function exportCommand(): Command {
  return withEvolutionOptions(command('export', 'write a model (weights, document, README), the metrics of a run, the whole run as an archive, or how its samples came to be'))
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .requiredOption(
      '--to <path>',
      '.zip (the model), .safetensors (weights, with the document beside them), .csv (metrics), .gif (the gallery through training), .png (its end), or a folder; ' +
        'the others need --format',
    )
    .addOption(
      new Option('--format <format>', 'recognised from --to when absent; archive: the run for import-run; tensorboard: an event file').choices(FORMATS),
    )
    .addOption(
      new Option('--with <checkpoints>', "of an archive: 'none', 'best', 'best-last' (the default), 'all', or steps with commas between them").default('best-last'),
    )
    .action((flags: ResultFlags & EvolutionFlags & { to: string; format?: Format; with: string }) =>
      runCommand(flags, async (session) => {
        const { client, output } = session
        const path = resolve(flags.to)
        const pictured = flags.format === undefined ? pictureFormat(path) : null
        if (pictured) return exportEvolution(session, flags, path, pictured)
        const isFolder =
          (await stat(path).then(
            (entry) => entry.isDirectory(),
            () => false,
          )) ||
          (extname(path) === '' && (flags.format === undefined || flags.format === 'archive' || flags.format === 'tensorboard'))
        const format =
          flags.format ?? ({ '.zip': 'zip', '.safetensors': 'safetensors', '.csv': 'csv' } as const)[extname(path).toLowerCase()]
        if (!isFolder && !format)
          throw new UserError(`--to ${flags.to}: unknown format.`, { field: 'to', mend: 'Use .zip, .safetensors, .csv, .gif, .png or a folder.' })
        await mkdir(isFolder ? path : dirname(path), { recursive: true })
        const wanted = isFolder ? (flags.format ? [flags.format] : (['safetensors', 'csv'] as const)) : format ? [format] : []
        const files: string[] = []
        for (const kind of wanted)
          files.push(...(await exported(client, { run: flags.run, checkpoint: selector(flags.checkpoint), kind, path, isFolder, archived: flags.with })))
        output.answer({ files }, files.join('\n'))
      }),
    )
}

interface Export {
  run: string
  checkpoint: CheckpointSelector
  kind: Format
  path: string
  isFolder: boolean
  /** Checkpoints of an archive, as --with gives them. */
  archived: string
}

/** What --with names. */
function archivedCheckpoints(text: string): 'none' | 'best' | 'best-last' | 'all' | number[] {
  if (text === 'none' || text === 'best' || text === 'best-last' || text === 'all') return text
  const steps = text.split(',').map(Number)
  if (text === '' || steps.some((step) => !Number.isInteger(step) || step < 0))
    throw new UserError(`--with is 'none', 'best', 'best-last', 'all' or steps as 100,200, not '${text}'.`, { field: 'with' })
  return steps
}

async function exported(client: StudioClient, { run, checkpoint, kind, path, isFolder, archived }: Export): Promise<string[]> {
  if (kind === 'archive' || kind === 'tensorboard') {
    const file =
      kind === 'archive' ? await client.exports.run({ runId: run, checkpoints: archivedCheckpoints(archived) }) : await client.exports.tensorboard({ runId: run })
    return [await written(isFolder ? join(path, file.name) : path, file)]
  }
  if (kind === 'csv') return [await written(isFolder ? join(path, 'metrics.csv') : path, await client.exports.metricsCsv({ runId: run }))]
  const archive = await client.exports.model({ runId: run, checkpoint })
  if (kind === 'zip') return [await written(isFolder ? join(path, archive.name) : path, archive)]
  const contents = unzipSync(new Uint8Array(await archive.arrayBuffer()))
  const files: string[] = []
  if (isFolder) {
    for (const [name, bytes] of Object.entries(contents)) files.push(await written(join(path, name), bytes))
    return files
  }
  const weights = contents['ema.safetensors'] ?? contents['weights.safetensors']
  const document = contents['model.json']
  if (!weights || !document) throw new Error('The exported archive lacks its weights.')
  return [await written(path, weights), await written(path.replace(/\.safetensors$/i, '.json'), document)]
}
