import { mkdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { unzipSync } from 'fflate'
import type { CheckpointSelector } from '../../contract/contract'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import { writeFileAtomically } from '../../storage/atomicWrite'
import type { StudioClient } from '../openStudio'
import { command, number, runCommand } from './command'
import { encodeNpy } from './npy'
import { duration } from './output'

interface Flags {
  json?: boolean
  home?: string
  run: string
  checkpoint: string
  weights?: 'raw' | 'ema'
}

const checkpointOption = (): Option => new Option('--checkpoint <which>', "'best', 'last' or a step").default('best')
const weightsOption = (): Option => new Option('--weights <which>', 'the moving average, where there is one, or the raw weights').choices(['ema', 'raw'])

function selector(text: string): CheckpointSelector {
  if (text === 'best' || text === 'last') return text
  const step = Number(text)
  if (text === '' || !Number.isInteger(step) || step < 0) throw new UserError(`--checkpoint is 'best', 'last' or a step, not '${text}'.`, { field: 'checkpoint' })
  return step
}

export function scoreCommand(): Command {
  return command('score', 'exact NLL of a split')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--dataset <id>', "another data set than the run's")
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--per-example <file>', 'write the NLL of each example as CSV: index,nats')
    .action((flags: Flags & { dataset?: string; split: 'train' | 'valid' | 'test'; perExample?: string }) =>
      runCommand(flags, async ({ client, output, signal }) => {
        const started = performance.now()
        const stream = await client.scores.score(
          {
            runId: flags.run, checkpoint: selector(flags.checkpoint), split: flags.split, perExample: flags.perExample !== undefined,
            ...(flags.weights ? { weights: flags.weights } : {}), ...(flags.dataset ? { datasetId: flags.dataset } : {}),
          },
          { signal },
        )
        for await (const { done, total, result } of stream) {
          if (!result) {
            output.progress(total > 0 ? done / total : null, `${done} of ${total} examples`)
            continue
          }
          const { likelihood, perExample, checkpointStep } = result
          if (flags.perExample !== undefined && perExample) await writeFileAtomically(resolve(flags.perExample), `index,nats\n${perExample.map((nats, index) => `${index},${nats}\n`).join('')}`)
          const { nats, unit, bitsPerDim, standardError, examples, dimensions, split, exact, weights, dataVariant } = likelihood
          const seconds = (performance.now() - started) / 1000
          output.answer(
            { nats, bitsPerDim, standardError, examples, exact, weights, unit, split, dimensions, dataVariant, checkpoint: checkpointStep, run: flags.run, seconds },
            `${nats.toFixed(4)} ± ${standardError.toFixed(4)} ${unit}, ${bitsPerDim.toFixed(5)} bits/dim: exact, ${split} split, ${examples} examples, ${dataVariant}, ${weights} weights of step ${checkpointStep}`,
          )
        }
      }),
    )
}

interface SampleFlags extends Flags {
  count: number
  seed: number
  temperature: number
  seconds?: number
  naive?: boolean
  out: string
  columns?: number
  scale: number
}

export function sampleCommand(): Command {
  return command('sample', 'draw samples')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--count <n>', 'number of samples', number('--count', { integer: true, minimum: 1 }), 16)
    .option('--seed <n>', 'seed', number('--seed', { integer: true, minimum: 0 }), 0)
    .option('--temperature <t>', '1 samples from the model, 0 takes the most probable value', number('--temperature', { minimum: 0 }), 1)
    .option('--seconds <s>', 'length of each sample of audio', number('--seconds'))
    .option('--naive', 'recompute everything at each step: the slow reference of the cached samplers')
    .option('--columns <n>', 'columns of the picture', number('--columns', { integer: true, minimum: 1 }))
    .option('--scale <n>', 'screen pixels per pixel of the picture', number('--scale', { integer: true, minimum: 1 }), 1)
    .requiredOption('--out <file>', '.png (a grid), .wav, .npy, or a folder')
    .action((flags: SampleFlags) =>
      runCommand(flags, async ({ client, output, signal }) => {
        refuseUnknownFormat(flags.out)
        const { run, count, seed, temperature, naive = false } = flags
        const stream = await client.samples.draw(
          {
            runId: run, checkpoint: selector(flags.checkpoint), count, seed, temperature, naive,
            ...(flags.weights ? { weights: flags.weights } : {}), ...(flags.seconds === undefined ? {} : { seconds: flags.seconds }),
          },
          { signal },
        )
        for await (const { done, total, set } of stream) {
          if (!set) {
            output.progress(total > 0 ? done / total : null, `${done} of ${total} steps`)
            continue
          }
          const files = await writeSamples(client, set, flags)
          const { recipe, seconds, dimensionsPerSecond, logProb } = set
          output.answer(
            { files, seconds, dimensionsPerSecond, method: recipe.method, recipe, logProb },
            `${files.length === 1 ? files[0] : `${files.length} files in ${dirname(files[0] ?? '')}`}: ${recipe.count} samples (${recipe.method}) of step ${recipe.checkpointStep}, ${duration(seconds)}, ${Math.round(dimensionsPerSecond).toLocaleString('en')} dimensions/s`,
          )
        }
      }),
    )
}

function refuseUnknownFormat(out: string): void {
  const extension = extname(out).toLowerCase()
  if (!['', '.png', '.wav', '.npy'].includes(extension)) throw new UserError(`--out ${out}: samples cannot be written as ${extension}.`, { field: 'out', mend: 'Use .png, .wav, .npy or a folder.' })
}

async function writeSamples(client: StudioClient, set: SampleSet, { out, columns, scale }: SampleFlags): Promise<string[]> {
  const path = resolve(out)
  const { count } = set.recipe
  const extension = extname(path).toLowerCase()
  await mkdir(extension === '' ? path : dirname(path), { recursive: true })
  const audio = set.domain.kind === 'audio'
  if (extension === '.npy') return [await written(path, encodeNpy(set.levels, [count, ...set.domain.shape]))]
  if (extension === '.png') return [await written(path, await client.exports.png({ set, scale, ...(columns === undefined ? {} : { columns }) }))]
  const digits = String(count - 1).length
  const files: string[] = []
  for (let index = 0; index < count; index++) {
    const numbered = String(index).padStart(digits, '0')
    const place =
      extension === '.wav' ? (count === 1 ? path : join(dirname(path), `${basename(path, extname(path))}-${numbered}.wav`)) : join(path, `${numbered}.${audio ? 'wav' : 'png'}`)
    const file = extension === '.wav' || audio ? await client.exports.wav({ set, index }) : await client.exports.png({ set: single(set, index), scale })
    files.push(await written(place, file))
  }
  return files
}

function single(set: SampleSet, index: number): SampleSet {
  const size = set.levels.length / set.recipe.count
  const cut = (values: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(values.slice(index * size, (index + 1) * size))
  return { ...set, levels: cut(set.levels), means: set.means && cut(set.means), logProb: set.logProb.slice(index, index + 1) }
}

async function written(path: string, content: File | Uint8Array): Promise<string> {
  await writeFileAtomically(path, content instanceof File ? new Uint8Array(await content.arrayBuffer()) : content)
  return path
}

export function exportCommand(): Command {
  return command('export', 'write a model (weights, document, README) or the metrics of a run')
    .requiredOption('--run <id>', 'run')
    .addOption(checkpointOption())
    .requiredOption('--to <path>', '.zip (the model), .safetensors (weights, with the document beside them), .csv (metrics), or a folder (all)')
    .addOption(new Option('--format <format>', 'recognised from --to when absent').choices(['safetensors', 'zip', 'csv']))
    .action((flags: Flags & { to: string; format?: 'safetensors' | 'zip' | 'csv' }) =>
      runCommand(flags, async ({ client, output }) => {
        const path = resolve(flags.to)
        const isFolder = (await stat(path).then((entry) => entry.isDirectory(), () => false)) || (flags.format === undefined && extname(path) === '')
        const format = flags.format ?? ({ '.zip': 'zip', '.safetensors': 'safetensors', '.csv': 'csv' } as const)[extname(path).toLowerCase()]
        if (!isFolder && !format) throw new UserError(`--to ${flags.to}: unknown format.`, { field: 'to', mend: 'Use .zip, .safetensors, .csv or a folder.' })
        await mkdir(isFolder ? path : dirname(path), { recursive: true })
        const wanted = isFolder ? (flags.format ? [flags.format] : (['safetensors', 'csv'] as const)) : format ? [format] : []
        const files: string[] = []
        for (const kind of wanted) files.push(...(await exported(client, { run: flags.run, checkpoint: selector(flags.checkpoint), kind, path, isFolder })))
        output.answer({ files }, files.join('\n'))
      }),
    )
}

interface Export {
  run: string
  checkpoint: CheckpointSelector
  kind: 'safetensors' | 'zip' | 'csv'
  path: string
  isFolder: boolean
}

async function exported(client: StudioClient, { run, checkpoint, kind, path, isFolder }: Export): Promise<string[]> {
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
