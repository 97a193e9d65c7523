import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Domain } from '../../contract/domain'
import { dimensionsOf, isSeries } from '../../contract/domain'
import { completeRequestOf, completionDocument, recipeText } from '../../contract/recipe'
import type { CompletionSet, CompletionSource } from '../../contract/records/completion'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import type { StudioClient } from '../openStudio'
import { command, number, runCommand } from './command'
import { sampleClass } from './drawn'
import { parseMask } from './maskFile'
import { encodeNpy } from './npy'
import { duration } from './output'
import { recipeOf, requiredOption } from './recipeFile'
import type { ResultFlags } from './resultFlags'
import { checkpointOption, selector, weightsOption, written } from './resultFlags'
import { refuseUnknownFormat } from './sample'
import { streamedResult } from './streamedResult'
import { writeTexts } from './textFiles'

interface CompleteFlags extends Omit<ResultFlags, 'run'> {
  run?: string
  mask?: string
  recipe?: string
  first?: number
  length?: number
  split: 'train' | 'valid' | 'test'
  count: number
  examples?: string
  draws: number
  seed: number
  temperature: number
  class?: string
  naive?: boolean
  scale: number
  out: string
}

const atLeastOne = { integer: true, minimum: 1 }

export function completeCommand(): Command {
  return command('complete', 'fill in a part of examples, the rest of which is kept')
    .option('--run <id>', 'run')
    .option('--recipe <recipe>', 'make completions or a branch again: a JSON file, a PNG that the studio exported, or the JSON itself')
    .addOption(checkpointOption())
    .addOption(weightsOption())
    .option(
      '--mask <mask>',
      'top:0.5 keeps the top half and fills in the rest (so do bottom, left, right; first: of any data, in its order); steps:200 keeps ' +
        "the first 200 dimensions of the model's own ordering; rect:x,y,w,h fills in a rectangle; FILE: a picture of the " +
        "examples' size, white where it is filled in, or .npy, not 0 there",
    )
    .addOption(new Option('--split <split>', 'split').choices(['train', 'valid', 'test']).default('test'))
    .option('--count <n>', 'examples, spread evenly over the split', number('--count', atLeastOne), 8)
    .option('--examples <list>', 'these examples instead, by their indices: 0,17,4711')
    .option('--length <n>', 'audio: only the first so many samples of each clip of --examples', number('--length', atLeastOne))
    .option('--draws <n>', 'completions of each example', number('--draws', atLeastOne), 1)
    .option('--first <n>', 'the first of the completions that the seed gives', number('--first', { integer: true, minimum: 0 }))
    .option('--seed <n>', 'seed', number('--seed', { integer: true, minimum: 0 }), 0)
    .option('--temperature <t>', '1 samples from the model, 0 takes the most probable value', number('--temperature', { minimum: 0 }), 1)
    .option('--class <c>', "class-conditional models: a class instead of each example's own, or each: all in turn")
    .option('--naive', 'recompute everything at each step: the slow reference of the cached samplers')
    .option('--scale <n>', 'screen pixels per pixel of the picture', number('--scale', atLeastOne), 1)
    .requiredOption('--out <file>', '.png (a row for each example: it, what is kept, its completions), .npy [examples, draws, …], .wav, or a folder')
    .action((flags: CompleteFlags) =>
      runCommand(flags, async ({ client, output, signal }) => {
        refuseUnknownFormat(flags.out)
        const recipe = flags.recipe === undefined ? null : await recipeOf(flags.recipe, 'completion')
        const { dataset } = await client.runs.get({ id: recipe?.runId ?? requiredOption(flags.run, '--run') })
        refuseOtherKind(flags.out, dataset.domain)
        const request = recipe ? completeRequestOf(recipe) : await asked(flags, dataset.domain)
        const stream = await client.samples.complete(request, { signal })
        const set = await streamedResult(stream, output, 'steps', (item) => item.set)
        if (!set) return
        const files = await writeCompletions(client, set, flags)
        const { recipe: made, exact, why, seconds, dimensionsPerSecond, logProb, unknown } = set
        // As JSON has it: bytes in base64, and with what was given.
        const again = JSON.parse(recipeText(completionDocument(set))) as object
        const filledIn = unknown.reduce((sum, flag) => sum + flag, 0)
        output.answer(
          { files, seconds, dimensionsPerSecond, method: made.method, exact, why, kept: unknown.length - filledIn, filledIn, examples: made.examples, draws: made.draws, recipe: again, logProb },
          `${files.length === 1 ? files[0] : `${files.length} files in ${dirname(files[0] ?? '')}`}: ${made.split === null ? 'levels that were given' : `${made.examples.length} examples of the ${made.split} split`}, ` +
            `${made.draws} ${made.draws === 1 ? 'completion' : 'completions'} each (${made.method}) of step ${made.checkpointStep}, ${filledIn} of ${unknown.length} dimensions filled in, ` +
            `${duration(seconds)}, ${Math.round(dimensionsPerSecond).toLocaleString('en')} dimensions/s\n${exact ? 'Exact: ' : ''}${why}`,
        )
      }),
    )
}

async function asked(flags: CompleteFlags, domain: Domain): Promise<Parameters<StudioClient['samples']['complete']>[0]> {
  const { run, split, count, examples, length, draws, first, seed, temperature, naive = false, weights, class: chosen } = flags
  const source: CompletionSource =
    examples === undefined ? { kind: 'spread', split, count } : { kind: 'examples', split, indices: indices(examples), ...(length === undefined ? {} : { length }) }
  return {
    runId: requiredOption(run, '--run'),
    checkpoint: selector(flags.checkpoint),
    mask: await parseMask(requiredOption(flags.mask, '--mask'), domain),
    ...{ source, draws, first, seed, temperature, naive },
    ...(weights ? { weights } : {}),
    ...(chosen === undefined ? {} : { class: sampleClass(chosen) }),
  }
}

/** Before anything is computed. */
function refuseOtherKind(out: string, { kind }: Domain): void {
  const extension = extname(out).toLowerCase()
  if (kind === 'text' ? extension === '.png' || extension === '.wav' : extension === '.txt')
    throw new UserError(`--out ${out}: examples of this run are ${kind === 'text' ? 'text' : 'no text'}.`, { field: 'out', mend: `Use ${kind === 'text' ? '.txt' : kind === 'audio' ? '.wav' : '.png'}, .npy or a folder.` })
  if (extension === (kind === 'audio' ? '.png' : '.wav'))
    throw new UserError(`--out ${out}: examples of this run are ${kind === 'audio' ? 'sound, not pictures' : 'no sound'}.`, {
      field: 'out',
      mend: `Use ${kind === 'audio' ? '.wav' : '.png'}, .npy or a folder.`,
    })
}

function indices(text: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (numbers.some((value) => !Number.isInteger(value) || value < 0))
    throw new UserError(`--examples ${text}: give whole numbers from 0, separated by commas.`, { field: 'examples' })
  return numbers
}

async function writeCompletions(client: StudioClient, set: CompletionSet, { out, scale }: CompleteFlags): Promise<string[]> {
  const path = resolve(out)
  const extension = extname(path).toLowerCase()
  const { examples, draws } = set.recipe
  await mkdir(extension === '' ? path : dirname(path), { recursive: true })
  if (extension === '.npy') return [await written(path, encodeNpy(set.levels, [examples.length, draws, ...set.domain.shape]))]
  if (extension === '.png') return [await written(path, await client.exports.completions({ set, scale }))]
  if (set.domain.kind === 'text') return writeTexts(path, { domain: set.domain, levels: set.levels, count: examples.length * draws })
  const files: string[] = []
  for (let index = 0; index < examples.length * draws; index++) {
    const name = `${examples[Math.floor(index / draws)]}-${index % draws}`
    const single = asSamples(set, index)
    if (extension === '.wav') {
      const place = examples.length * draws === 1 ? path : join(dirname(path), `${basename(path, extname(path))}-${name}.wav`)
      files.push(await written(place, await client.exports.wav({ set: single, index: 0 })))
    } else if (set.domain.kind === 'audio') files.push(await written(join(path, `${name}.wav`), await client.exports.wav({ set: single, index: 0 })))
    else files.push(await written(join(path, `${name}.png`), await client.exports.png({ set: single, scale })))
  }
  return files
}

/** One completion as a sample of its own. */
function asSamples({ recipe, domain, levels, logProb, seconds, dimensionsPerSecond }: CompletionSet, index: number): SampleSet {
  const size = dimensionsOf(domain)
  const { runId, checkpointStep, weights, seed, temperature, method } = recipe
  return {
    recipe: { runId, checkpointStep, weights, count: 1, seed, temperature, length: isSeries(domain) ? size : null, method },
    domain,
    levels: levels.slice(index * size, (index + 1) * size),
    means: null,
    logProb: logProb.slice(index, index + 1),
    seconds,
    dimensionsPerSecond,
  }
}
