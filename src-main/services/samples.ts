import { classesOfSamples, conditioningOf } from '../contract/conditioning'
import type { CheckpointSelector } from '../contract/contract'
import type { Domain } from '../contract/domain'
import { dimensionsOf, isSeries } from '../contract/domain'
import { familyDescription } from '../contract/inspect/registry'
import type { RunRecord } from '../contract/records/run'
import type { DrawnPart, SampleClass, SampleFeatures, SampleRecipe, SampleSet } from '../contract/records/samples'
import { isPairs, levelsOfPair, levelsOfText, TextError } from '../contract/text'
import { UserError } from '../data/userError'
import type { SampleProgress } from '../engine/client'
import type { StudioContext } from './context'
import { coalesced } from './eventHub'
import { chosenFeatures, lengthOfFeatures } from './sampleFeatures'
import { refuseOtherWeights, selectCheckpoint } from './selectCheckpoint'
import { streamJob } from './streamJob'

export interface DrawInput {
  runId: string
  checkpoint: CheckpointSelector
  /** What the weights of that checkpoint must be; any when absent. */
  weightsHash?: string | undefined
  weights?: 'raw' | 'ema' | undefined
  count: number
  first?: number | undefined
  seed: number
  temperature: number
  /** Text: what each sample begins with; pairs: their source. */
  prompt?: string | undefined
  /** Audio: length of each sample; one second when absent. */
  seconds?: number | undefined
  /** The same in samples. */
  length?: number | undefined
  naive: boolean
  /** Class-conditional models; 'each' when absent. */
  class?: SampleClass | undefined
  /** Models that are conditioned on features. */
  features?: SampleFeatures | undefined
  /** Audio: what is drawn is sent part by part. */
  parts?: boolean | undefined
}

export interface DrawMessage {
  done: number
  total: number
  set: SampleSet | null
  parts?: DrawnPart[]
}

/** Levels and means of one drawing stay well below what one message can carry. */
export const LARGEST_SET = 64 * 1024 ** 2

/** Draws samples from a checkpoint, beside any training; the last message carries them. */
export async function* drawSamples(
  context: StudioContext,
  input: DrawInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<DrawMessage, void> {
  const { run, checkpoint, folder, weights } = await selectCheckpoint(context, input.runId, input.checkpoint, input.weights)
  refuseOtherWeights(run, checkpoint, input.weightsHash)
  const { domain: source } = run.dataset
  const features = await chosenFeatures(context, run, input.features)
  const length = features ? lengthOfFeatures(features, source, input) : sampleLength(source, input)
  const domain: Domain = length === null ? source : { ...source, shape: [length] }
  const { count, first = 0, seed, temperature, naive, prompt } = input
  const given = promptLevels(run, prompt, domain)
  if (count * dimensionsOf(domain) > LARGEST_SET) {
    throw new UserError(`${count} samples of ${dimensionsOf(domain)} dimensions are too many at once.`, {
      field: 'count',
      mend: `Draw at most ${Math.floor(LARGEST_SET / dimensionsOf(domain))}, and the next ones with another seed.`,
    })
  }
  const sampleClass = chosenClass(run, input.class)
  const classes = sampleClass === undefined ? undefined : classesOfSamples(sampleClass, count, source.classes ?? 1)
  const parts = input.parts === true && length !== null
  const request = { model: run.model, domain, checkpointFolder: folder, weights, count, first, seed, temperature, length, naive, classes, parts, ...(features ? { features: features.values } : {}), ...(given ? { completion: { ...given, draws: count } } : {}) }
  const stream = streamJob(
    context,
    { kind: 'sample', title: `Drawing ${count} samples of ${run.name}`, unit: 'dimensions', runId: run.id },
    signal,
    (jobSignal) => context.engines.withLight(jobSignal, (client) => client.sample(request, { signal: jobSignal })),
  )
  // No part may be lost.
  const isKept = (item: SampleProgress): boolean => item.result !== null || parts
  for await (const { done, total, result, parts: drawn } of coalesced(stream, isKept)) {
    if (!result) {
      yield { done, total, set: null, ...(parts && drawn ? { parts: drawn } : {}) }
      continue
    }
    const { method, levels, means, logProb, seconds, dimensionsPerSecond } = result
    const recipe: SampleRecipe = {
      ...{ runId: run.id, checkpointStep: checkpoint.step, weightsHash: checkpoint.weightsHash, weights },
      ...(first === 0 ? {} : { first }),
      ...{ count, seed, temperature, ...(prompt === undefined ? {} : { prompt }), length, method },
      ...(sampleClass === undefined ? {} : { class: sampleClass }),
      ...(features ? { features: features.recipe } : {}),
    }
    yield { done, total, set: { recipe, domain, levels, means, logProb, ...givenLatents(run), seconds, dimensionsPerSecond } }
  }
}

/** What the log-probabilities of a run's samples are given: the latents of each, where its family has some. */
export const givenLatents = ({ model }: Pick<RunRecord, 'model'>): Pick<SampleSet, 'givenLatents'> => (familyDescription(model.family).latents ? { givenLatents: true } : {})

/** What every sample begins with, and which of its levels are to be drawn; null where nothing is given. */
function promptLevels({ name, dataset }: RunRecord, prompt: string | undefined, domain: Domain): { levels: Uint8Array<ArrayBuffer>; unknown: Uint8Array<ArrayBuffer> } | null {
  const pairs = isPairs(domain)
  if (prompt === undefined) {
    if (!pairs) return null
    throw new UserError(`${name} turns sources into targets, so it needs a source.`, { field: 'prompt', mend: 'Give a source as the prompt.' })
  }
  if (domain.kind !== 'text') throw new UserError(`${name} was trained on ${dataset.domain.kind} data; a prompt is for models of text.`, { field: 'prompt', mend: 'Leave the prompt out.' })
  const size = dimensionsOf(domain)
  try {
    if (pairs) return { levels: levelsOfPair({ source: prompt }, domain), unknown: new Uint8Array(size).fill(1, domain.text?.source ?? 0) }
    const own = levelsOfText(prompt, domain)
    if (own.length >= size)
      throw new UserError(`The prompt has ${own.length} ${domain.text?.unit ?? 'characters'}, so samples of ${size} leave nothing to be drawn.`, { field: 'length', mend: 'Give a greater length; it counts the prompt.' })
    const levels = new Uint8Array(size)
    levels.set(own)
    return { levels, unknown: new Uint8Array(size).fill(1, own.length) }
  } catch (error) {
    throw error instanceof TextError ? new UserError(error.message, { field: 'prompt', mend: 'Give another prompt.', cause: error }) : error
  }
}

/** Sequences: steps to draw, by default a second of audio, or as much as the longest piece of text; null for domains of a fixed shape. */
function sampleLength(domain: Domain, { seconds, length }: Pick<DrawInput, 'seconds' | 'length'>): number | null {
  if (domain.kind === 'audio') return length ?? Math.max(1, Math.round((seconds ?? 1) * (domain.sampleRate ?? 8000)))
  if (isSeries(domain) && seconds === undefined) return length ?? dimensionsOf(domain)
  if (seconds !== undefined || length !== undefined) throw new UserError(seconds === undefined ? 'Only sequences have a length of their own.' : 'Only audio has a length in seconds.', { field: seconds === undefined ? 'length' : 'seconds', mend: 'Leave it out.' })
  return null
}

/** undefined for a model that is not conditioned on a class. */
function chosenClass({ name, model, dataset }: RunRecord, asked: SampleClass | undefined): SampleClass | undefined {
  const conditioning = conditioningOf(model, dataset.domain)
  if (conditioning?.kind === 'vector') {
    throw new UserError(`${name} is conditioned on vectors, which can only be given with data.`, {
      field: 'runId',
      mend: 'Draw from a model that is conditioned on nothing or on classes.',
    })
  }
  if (conditioning?.kind !== 'class') {
    if (asked === undefined) return undefined
    throw new UserError(`${name} is not conditioned on classes, so none can be chosen.`, {
      field: 'class',
      mend: "Leave the class out, or train a model with the condition 'class' on labelled data.",
    })
  }
  const { classes } = conditioning
  if (asked !== undefined && asked !== 'each' && asked >= classes)
    throw new UserError(`${name} knows ${classes} classes, 0 to ${classes - 1}; there is no class ${asked}.`, { field: 'class' })
  return asked ?? 'each'
}
