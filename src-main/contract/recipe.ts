import { z } from 'zod'
import { classesOfSamples } from './conditioning'
import { dimensionsOf } from './domain'
import { completionMaskSchema, completionRecipeSchema } from './records/completion'
import type { CompletionSet, CompletionSource } from './records/completion'
import { sampleRecipeSchema } from './records/samples'
import type { SampleSet } from './records/samples'
import { fromBase64, toBase64, wordsSerializer } from './serializers'

/** A recipe that cannot be read; the message is for people. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError'
}

const base64Schema = z.string().transform((text, context) => {
  try {
    return fromBase64(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'is not base64' })
    return z.NEVER
  }
})
/** Levels of 16-bit audio are marked, as their bytes alone would be taken for twice as many. */
const WORDS = 'u16:'
const writtenLevels = (levels: Uint8Array | Uint16Array): string => {
  if (levels instanceof Uint8Array) return toBase64(levels)
  return WORDS + (wordsSerializer.serialize(levels))
}
const levelsSchema = z.string().transform((text, context) => {
  try {
    return text.startsWith(WORDS) ? wordsSerializer.deserialize(text.slice(WORDS.length)) : fromBase64(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'is not base64' })
    return z.NEVER
  }
})
/** Masks of pixels hold bytes, which JSON writes as base64. */
const writtenMaskSchema = z.union([z.object({ kind: z.literal('pixels'), unknown: base64Schema }), completionMaskSchema])

const sampleDocumentSchema = sampleRecipeSchema.extend({ chainrule: z.literal('sample'), logProb: z.number().optional() })
const completionDocumentSchema = completionRecipeSchema.extend({
  chainrule: z.literal('completion'),
  mask: writtenMaskSchema,
  /** n × D, where they were given: the kept ones; those that are filled in are 0. */
  levels: levelsSchema.optional(),
  logProb: z.number().optional(),
})
export type SampleDocument = z.infer<typeof sampleDocumentSchema>
export type CompletionDocument = z.infer<typeof completionDocumentSchema>
/** Everything that draws something again, by itself: what is copied, written into pictures and read back. `logProb` is there to be compared with, in nats. */
export type RecipeDocument = SampleDocument | CompletionDocument

/** Of the whole set, or of one of its samples alone. */
export function sampleDocument({ recipe, domain, logProb }: Pick<SampleSet, 'recipe' | 'domain' | 'logProb'>, index?: number): SampleDocument {
  if (index === undefined) return { chainrule: 'sample', ...recipe }
  const { class: chosen, ...rest } = recipe
  const own = chosen === undefined ? {} : { class: classesOfSamples(chosen, recipe.count, domain.classes ?? 1)[index] ?? 0 }
  const value = logProb[index]
  return { chainrule: 'sample', ...rest, first: (recipe.first ?? 0) + index, count: 1, ...own, ...(value === undefined ? {} : { logProb: value }) }
}

type Completed = Pick<CompletionSet, 'recipe' | 'domain' | 'originals' | 'unknown' | 'logProb'>

/** Of the whole set, or of one completion alone. */
export function completionDocument({ recipe, domain, originals, unknown, logProb }: Completed, chosen?: { example: number; draw: number }): CompletionDocument {
  const size = dimensionsOf(domain)
  const { draws } = recipe
  const [from, to] = chosen ? [chosen.example, chosen.example + 1] : [0, recipe.examples.length]
  const given =
    recipe.split === null ? { levels: originals.slice(from * size, to * size).map((level, at) => (unknown[at % size] ? 0 : level)) } : {}
  if (!chosen) return { chainrule: 'completion', ...recipe, ...given }
  const place = chosen.example * draws + chosen.draw
  const value = logProb[place]
  return {
    chainrule: 'completion',
    ...recipe,
    examples: [recipe.split === null ? 0 : (recipe.examples[chosen.example] ?? 0)],
    draws: 1,
    first: (recipe.first ?? 0) + place,
    ...(recipe.class === 'each' ? { class: classesOfSamples('each', draws, domain.classes ?? 1)[chosen.draw] ?? 0 } : {}),
    ...given,
    ...(value === undefined ? {} : { logProb: value }),
  }
}

/** As JSON. */
export function recipeText(document: RecipeDocument, indent?: number): string {
  return JSON.stringify(document, (_name, value: unknown) => (value instanceof Uint8Array || value instanceof Uint16Array ? writtenLevels(value) : value), indent)
}

/** What was copied from the studio, or stands in one of its pictures. Throws RecipeError. */
export function parseRecipe(text: string): RecipeDocument {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new RecipeError('This is no recipe: it is not JSON. Copy one from a sample, or take the JSON file that was saved.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('runId' in value))
    throw new RecipeError('This is no recipe of a sample: it names no run.')
  const kind = 'chainrule' in value ? value.chainrule : 'examples' in value ? 'completion' : 'sample'
  if (kind !== 'sample' && kind !== 'completion') throw new RecipeError(`A recipe of '${String(kind)}' is not known; those of samples and completions are.`)
  const parsed = (kind === 'sample' ? sampleDocumentSchema : completionDocumentSchema).safeParse({ ...value, chainrule: kind })
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the recipe'}: ${message}`)
    throw new RecipeError(`The recipe is not complete. ${[...new Set(issues)].slice(0, 3).join('; ')}.`)
  }
  if (parsed.data.chainrule === 'completion' && parsed.data.split === null && !parsed.data.levels)
    throw new RecipeError('The recipe is not complete: it completes levels that were given, but does not hold them.')
  return parsed.data
}

/** What the studio is asked, to draw the same samples. */
export function drawRequestOf({ runId, checkpointStep, weightsHash, weights, first, count, seed, temperature, prompt, length, method, class: chosen, features }: SampleDocument) {
  if (features?.kind === 'values') throw new RecipeError(`It was drawn for the features of the file ${features.name}, which a recipe does not hold. Draw it anew with that file.`)
  return {
    ...{ runId, checkpoint: checkpointStep, weightsHash, weights, first, count, seed, temperature },
    ...(prompt === undefined ? {} : { prompt }),
    ...(length === null ? {} : { length }),
    naive: method === 'naive',
    ...(chosen === undefined ? {} : { class: chosen }),
    ...(features === undefined ? {} : { features }),
  }
}

/** What the studio is asked, to make the same completions. */
export function completeRequestOf(document: CompletionDocument) {
  const { runId, checkpointStep, weightsHash, weights, split, examples, length, levels, mask, draws, first, seed, temperature, method, class: chosen, branch } = document
  const source: CompletionSource =
    split === null ? { kind: 'levels', levels: levels ?? new Uint8Array() } : { kind: 'examples', split, indices: examples, ...(length === undefined ? {} : { length }) }
  return {
    ...{ runId, checkpoint: checkpointStep, weightsHash, weights, source, mask, draws, first, seed, temperature },
    naive: method === 'naive',
    ...(chosen === undefined ? {} : { class: chosen }),
    ...(branch ? { branch } : {}),
  }
}

/** The command that draws it again. What does not fit into options is given as the recipe itself. */
export function recipeCommand(document: RecipeDocument, out: string): string {
  const { runId, checkpointStep, weights, first, seed, temperature, method } = document
  const common = ['--run', runId, '--checkpoint', checkpointStep, '--weights', weights]
  const drawn = [...(first ? ['--first', first] : []), '--seed', seed, '--temperature', temperature]
  const last = [...(document.class === undefined ? [] : ['--class', document.class]), ...(method === 'naive' ? ['--naive'] : []), '--out', out]
  if (document.chainrule === 'sample') {
    const length = document.length === null ? [] : ['--length', document.length]
    const prompt = document.prompt === undefined ? [] : ['--prompt', quoted(document.prompt)]
    return ['chainrule sample', ...common, '--count', document.count, ...drawn, ...prompt, ...length, ...featuresOption(document), ...last].join(' ')
  }
  const mask = maskOption(document)
  if (mask === null || document.split === null) return `chainrule complete --recipe ${quoted(recipeText(document))} --out ${out}`
  const length = document.length === undefined ? [] : ['--length', document.length]
  const which = ['--split', document.split, '--examples', document.examples.join(','), ...length, '--mask', mask, '--draws', document.draws]
  return ['chainrule complete', ...common, ...which, ...drawn, ...last].join(' ')
}

function featuresOption({ features }: SampleDocument): string[] {
  if (!features) return []
  return features.kind === 'clip' ? ['--features-of', `${features.split}:${features.index}`] : ['--features', quoted(features.name)]
}

function maskOption({ mask }: CompletionDocument): string | null {
  if (mask.kind === 'keep') return `${mask.side}:${mask.fraction}`
  if (mask.kind === 'steps') return `steps:${mask.kept}`
  return mask.kind === 'rectangle' ? `rect:${mask.x},${mask.y},${mask.width},${mask.height}` : null
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
