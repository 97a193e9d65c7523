import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { drawRequestOf } from '../../contract/recipe'
import type { SampleSet, WavFormat } from '../../contract/records/samples'
import { wavFormatSchema } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import type { Session } from './command'
import { animateCheckpoints } from './animate'
import { command, number, runCommand } from './command'
import type { DrawFlags } from './drawn'
import { drawn, sampleClass } from './drawn'
import { encodeNpy } from './npy'
import { duration } from './output'
import { continuationOf } from './prime'
import { recipeOf, requiredOption } from './recipeFile'
import { recordedWhileDrawn } from './recordedWhileDrawn'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'
import { writeTexts } from './textFiles'
import { streamedResult } from './streamedResult'

interface SampleFlags extends DrawFlags {
  prime?: string
  out: string
  format: WavFormat
  columns?: number
  scale: number
  delay?: number
}

type WrittenFlags = Pick<SampleFlags, 'out' | 'columns' | 'scale' | 'format' | 'delay'>

export function sampleCommand(): Command {
  return command('sample', 'draw samples')
    .option('--run <id>', 'run')
    .option('--recipe <recipe>', 'draw again what was drawn: a JSON file, a PNG that the studio exported, or the JSON itself')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option('--count <n>', 'number of samples', number('--count', { integer: true, minimum: 1 }), 16)
    .option('--seed <n>', 'seed', number('--seed', { integer: true, minimum: 0 }), 0)
    .option('--first <n>', 'the first of the samples that the seed gives: --first 7 --count 1 draws the eighth alone', number('--first', { integer: true, minimum: 0 }))
    .option('--temperature <t>', '1 samples from the model, 0 takes the most probable value', number('--temperature', { minimum: 0 }), 1)
    .option('--seconds <s>', 'length of each sample of audio', number('--seconds'))
    .option('--length <n>', 'the same in samples of audio; of text: its characters (or bytes)', number('--length', { integer: true, minimum: 1 }))
    .option('--class <c>', 'class-conditional models: a class from 0, or each: all in turn, with an equal share of the count')
    .option('--features-of <clip>', "models that are conditioned on features: a recording of the data set, '3' of the test split or train:3, whose features all samples are drawn for, as long as it is unless --seconds says less")
    .option('--features <file>', 'the same for a .npy file of frames × features, as they stand in the data set')
    .option('--prime <file>', 'continue this recording (WAV) by --seconds, one if absent, or these frames (an animated GIF or WebP; x.gif#4 takes its first four) to the length of a clip; exact, for they are the beginning of the ordering')
    .option('--prompt <text>', 'text: what each sample begins with, of --length characters in all; pairs: the source of the targets. Exact, for it is the beginning of the ordering')
    .option('--naive', 'recompute everything at each step: the slow reference of the cached samplers')
    .option('--columns <n>', 'columns of the picture', number('--columns', { integer: true, minimum: 1 }))
    .option('--scale <n>', 'screen pixels per pixel of the picture', number('--scale', { integer: true, minimum: 1 }), 1)
    .option('--delay <ms>', 'of a .gif or .webp: milliseconds of a frame; 300, of video 100', number('--delay', { integer: true, minimum: 20 }))
    .addOption(new Option('--format <f>', 'numbers of a .wav: 16 or 24 bits, or floating point').choices(wavFormatSchema.options).default('pcm16'))
    .requiredOption('--out <file>', '.png (a grid; of video a row of frames each), .gif (video plays; else the same samples at every checkpoint), .webp (video), .wav, .txt, .npy, or a folder')
    .action(({ run, recipe, ...rest }: Omit<SampleFlags, 'run'> & { run?: string; recipe?: string }) =>
      runCommand(rest, async (session) => {
        refuseUnknownFormat(rest.out, ['.png', '.gif', '.webp', '.wav', '.txt', '.npy'])
        if (recipe !== undefined) return drawAgain(session, rest, recipe)
        const flags: SampleFlags = { ...rest, run: requiredOption(run, '--run') }
        const { domain } = (await session.client.runs.get({ id: flags.run })).dataset
        const plays = domain.kind === 'video'
        const extension = extname(flags.out).toLowerCase()
        if (extension === '.webp' && !plays) throw new UserError(`--out ${flags.out}: only clips of video are written as .webp.`, { field: 'out', mend: 'Use .png, .gif, .wav, .npy or a folder.' })
        if (extension === '.gif' && !plays) return animateCheckpoints(session, { ...flags, delay: flags.delay ?? 300 })
        if (flags.prime !== undefined) return continueRecording(session, flags, flags.prime)
        const set = await drawnInto(session, flags)
        if (!set) return
        await answer(session, set, flags)
      }),
    )
}

/** Sound goes into its files while it is drawn; everything else is written when it is there. */
async function drawnInto(session: Session, flags: SampleFlags): Promise<SampleSet | null> {
  const checkpoint = selector(flags.checkpoint)
  if (extname(flags.out).toLowerCase() !== '.wav') return drawn(session, flags, checkpoint)
  const { dataset } = await session.client.runs.get({ id: flags.run })
  if (dataset.domain.kind !== 'audio') return drawn(session, flags, checkpoint)
  const places = wavPlaces(resolve(flags.out), flags.count)
  await mkdir(dirname(places[0]!), { recursive: true })
  return recordedWhileDrawn(session, flags, checkpoint, { domain: dataset.domain, places })
}

/** One file, or one for each sample: x-00.wav, x-01.wav … */
function wavPlaces(path: string, count: number): string[] {
  if (count === 1) return [path]
  const digits = String(count - 1).length
  return Array.from({ length: count }, (_value, index) => join(dirname(path), `${basename(path, extname(path))}-${String(index).padStart(digits, '0')}.wav`))
}

/** Writes the samples and says where they are; `more` goes with it. */
async function answer({ client, output }: Session, set: SampleSet, flags: WrittenFlags, more: Record<string, unknown> = {}): Promise<void> {
  const files = await writeSamples(client, set, flags)
  const { recipe, seconds, dimensionsPerSecond, logProb } = set
  output.answer(
    { files, seconds, dimensionsPerSecond, method: recipe.method, recipe, logProb, ...(set.givenLatents ? { logProbGiven: 'the latents drawn with each sample' } : {}), ...more },
    `${files.length === 1 ? files[0] : `${files.length} files in ${dirname(files[0] ?? '')}`}: ${recipe.count} samples ` +
      `(${recipe.method}) of step ${recipe.checkpointStep}, ${duration(seconds)}, ` +
      `${Math.round(dimensionsPerSecond).toLocaleString('en')} dimensions/s`,
  )
}

/** Everything but the file stands in the recipe. */
async function drawAgain(session: Session, flags: WrittenFlags, recipe: string): Promise<void> {
  const { kind } = (await session.client.runs.get({ id: (await recipeOf(recipe, 'sample')).runId })).dataset.domain
  if (extname(flags.out).toLowerCase() === '.gif' && kind !== 'video')
    throw new UserError(`--out ${flags.out}: a recipe is of one checkpoint, and a .gif shows several.`, { field: 'out', mend: 'Use .png, .wav, .npy or a folder.' })
  const { client, output, signal } = session
  const stream = await client.samples.draw(drawRequestOf(await recipeOf(recipe, 'sample')), { signal })
  const set = await streamedResult(stream, output, 'steps', (item) => item.set)
  if (set) await answer(session, set, flags)
}

/** Samples that begin with a recording. */
async function continueRecording(session: Session, flags: SampleFlags, prime: string): Promise<void> {
  const { client, output, signal } = session
  const { run, count, seed, temperature, naive = false } = flags
  const { dataset } = await client.runs.get({ id: run })
  const { source, mask, primed, length } = await continuationOf(prime, flags.seconds ?? 1, dataset.domain)
  const stream = await client.samples.complete(
    {
      runId: run,
      checkpoint: selector(flags.checkpoint),
      source,
      mask,
      draws: count,
      seed,
      temperature,
      naive,
      ...(flags.weights ? { weights: flags.weights } : {}),
      ...(flags.class === undefined ? {} : { class: sampleClass(flags.class) }),
    },
    { signal },
  )
  const set = await streamedResult(stream, output, 'steps', (item) => item.set)
  if (!set) return
  const { exact, why, recipe, domain, levels, logProb, seconds, dimensionsPerSecond } = set
  const { checkpointStep, weights, method } = recipe
  const samples: SampleSet = { recipe: { runId: run, checkpointStep, weights, count, seed, temperature, length: dataset.domain.kind === 'audio' ? length : null, method }, domain, levels, means: null, logProb, seconds, dimensionsPerSecond }
  await answer(session, samples, flags, { exact, why, primed })
}

export function refuseUnknownFormat(out: string, formats: readonly string[] = ['.png', '.wav', '.txt', '.npy']): void {
  const extension = extname(out).toLowerCase()
  if (extension !== '' && !formats.includes(extension))
    throw new UserError(`--out ${out}: samples cannot be written as ${extension}.`, {
      field: 'out',
      mend: `Use ${formats.join(', ')} or a folder.`,
    })
}

async function writeSamples(client: StudioClient, set: SampleSet, { out, columns, scale, format, delay = 100 }: WrittenFlags): Promise<string[]> {
  const path = resolve(out)
  const { count } = set.recipe
  const extension = extname(path).toLowerCase()
  await mkdir(extension === '' ? path : dirname(path), { recursive: true })
  const audio = set.domain.kind === 'audio'
  const video = set.domain.kind === 'video'
  if (extension === '.gif' || extension === '.webp')
    return [await written(path, await client.exports.clips({ set, format: extension === '.gif' ? 'gif' : 'webp', scale, delay, ...(columns === undefined ? {} : { columns }) }))]
  if (set.domain.kind === 'text' && extension !== '.npy') return writeTexts(path, { domain: set.domain, levels: set.levels, count })
  if (extension === '.txt') throw new UserError(`--out ${out}: samples of ${set.domain.kind} data are no text.`, { field: 'out', mend: 'Use .png, .wav, .npy or a folder.' })
  if (extension === '.npy') return [await written(path, encodeNpy(set.levels, [count, ...set.domain.shape]))]
  if (extension === '.png')
    return [await written(path, await client.exports.png({ set, scale, ...(columns === undefined ? {} : { columns }) }))]
  const digits = String(count - 1).length
  const files: string[] = []
  for (let index = 0; index < count; index++) {
    const place = extension === '.wav' ? wavPlaces(path, count)[index]! : join(path, `${String(index).padStart(digits, '0')}.${audio ? 'wav' : video ? 'gif' : 'png'}`)
    const file =
      extension === '.wav' || audio
        ? await client.exports.wav({ set, index, format })
        : video
          ? await client.exports.clips({ set: single(set, index), scale, delay })
          : await client.exports.png({ set: single(set, index), scale })
    files.push(await written(place, file))
  }
  return files
}

function single(set: SampleSet, index: number): SampleSet {
  const size = set.levels.length / set.recipe.count
  const [from, to] = [index * size, (index + 1) * size]
  return { ...set, levels: set.levels.slice(from, to), means: set.means && new Uint8Array(set.means.slice(from, to)), logProb: set.logProb.slice(index, index + 1) }
}
