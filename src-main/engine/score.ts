import { dimensionsOf } from '../contract/domain'
import { openSplit } from '../data/openStore'
import { ensembleLogProb, ensembleMap, ensembleModel, membersOf } from '../ml/evaluation/ensemble'
import { exactNll, nllBatchShape } from '../ml/evaluation/likelihood'
import type { ExactNll, NllOptions } from '../ml/evaluation/likelihood'
import { BOUND_DRAWS } from '../ml/evaluation/logProb'
import { createScorer } from '../ml/evaluation/scorer'
import type { Scorer } from '../ml/evaluation/scorer'
import { entropyOfSplit, isTiny, totalProbability } from '../ml/evaluation/tinyDomain'
import type { Model } from '../ml/models/model'
import { startEngine } from '../ml/tensor/startEngine'
import { validationIndices } from '../ml/training/validation'
import { buildModel, contextOf } from './buildModel'
import { readWeights } from './checkpointFiles'
import type { ScoreRequest } from './protocol'
import { requireClasses } from './requireClasses'

/** The examples of a subset do not depend on the run, so that runs are compared on the same ones. */
const SUBSET_SEED = 0

/**
 * Progress of a score in examples (times the members of an ensemble), and with the last item the exact NLL of each example. An ensemble's members are
 * scored one after the other, which takes no more memory than one; bounds and sums over all states take the ensemble as a model of its own.
 */
export async function* score(request: ScoreRequest, signal?: AbortSignal) {
  await startEngine()
  const { domain, folder } = request.dataset
  const { model: document, importanceSamples } = request
  const built = buildModel(importanceSamples === undefined ? document : { ...document, config: { ...document.config, importanceSamples } }, domain, request.seed)
  const members = request.ensemble === undefined ? [] : membersOf(built, request.ensemble)
  requireClasses(built, request.dataset)
  const weights = await readWeights(request.checkpointFolder, built, request.weights)
  const source = await openSplit(folder, request.split)
  try {
    if (source.count === 0) throw new Error(`The data set has no examples in its ${request.split} split. Choose another split.`)
    const indices = request.examples === undefined || request.examples >= source.count ? null : await validationIndices(source, request.examples, SUBSET_SEED)
    const examples = indices?.length ?? source.count
    const wholeTiny = isTiny(domain) && !built.conditioning && !built.boundPerDimension && !indices
    // Bounds of models with latents are scored draw by draw, which tells how much chance there is in their mean.
    const drawsOf = (model: Model): number => (model.latents ? BOUND_DRAWS : 1)
    const drawn: ExactNll[] = []
    const jointly = members.length === 0 || built.boundPerDimension !== undefined || wholeTiny
    const total = examples * (members.length + Number(jointly))
    const batchSize = Math.min(request.batchSize, built.evaluationBatchSize ?? request.batchSize)
    const options: NllOptions = { domain, source, batchSize, context: contextOf(built), frame: built.frame, conditioning: built.conditioning, ...(indices ? { indices } : {}) }
    const breathe = async (): Promise<void> => {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    }
    let passes = 0
    async function* pass(model: Model, given: NllOptions, after?: (scorer: Scorer) => Promise<void>): AsyncGenerator<{ done: number; total: number; result: null }, ExactNll> {
      const scorer = createScorer(model, weights, nllBatchShape(given), request.seed)
      try {
        const draws = drawsOf(model)
        for (let draw = 0; ; draw++) {
          const scoring = exactNll(draws === 1 ? scorer.logProb : (x, condition, batch) => scorer.logProb(x, condition, batch, draw), given)
          let result = await scoring.next()
          while (!result.done) {
            yield { done: Math.round((passes + (draw + result.value) / draws) * examples), total, result: null }
            await breathe()
            result = await scoring.next()
          }
          if (draws > 1) drawn.push(result.value)
          if (draw < draws - 1) continue
          passes++
          await after?.(scorer)
          return draws > 1 ? meanOf(drawn) : result.value
        }
      } finally {
        scorer.dispose()
      }
    }

    const singly: ExactNll[] = []
    const shares = request.map && !jointly ? ensembleMap(examples, dimensionsOf(domain)) : null
    for (const member of members) {
      let first = 0
      const onPerDimension: NllOptions['onPerDimension'] = (logProb, rows) => {
        shares!.add(logProb, first, rows)
        first += rows
      }
      singly.push(yield* pass(member, shares ? { ...options, onPerDimension } : options))
    }
    const sums = request.map && jointly ? new Float64Array(dimensionsOf(domain)) : null
    let states: { entropy: number; totalProbability: number } | null = null
    const joint = jointly
      ? yield* pass(
          members.length > 0 ? ensembleModel(built, members.length) : built,
          sums ? { ...options, onPerDimension: (logProb, rows) => addUp(sums, logProb, rows) } : options,
          async ({ logProb }) => {
            if (wholeTiny)
              states = { entropy: await entropyOfSplit(source, breathe), totalProbability: await totalProbability(logProb, domain, nllBatchShape(options)[0], breathe) }
          },
        )
      : { nats: ensembleLogProb(singly.map(({ nats }) => nats.map((value) => -value))).map((value) => -value), dimensions: singly[0]!.dimensions }
    yield {
      done: total,
      total,
      result: {
        nats: [...joint.nats],
        dimensions: [...joint.dimensions],
        draws: built.boundPerDimension ? BOUND_DRAWS : null,
        latents: built.latents ? { samples: built.latents.importanceSamples, variance: varianceOf(drawn) } : null,
        map: sums ? Array.from(sums, (sum) => sum / (examples * drawsOf(built))) : (shares?.nats(members.length) ?? null),
        states: states as { entropy: number; totalProbability: number } | null,
        members: members.length > 0 ? summaryOf(singly) : null,
        subset: indices && { indices: [...indices], of: source.count, by: (await source.labelsOf([0])) ? ('class' as const) : ('chance' as const), seed: SUBSET_SEED },
      },
    }
  } finally {
    await source.close()
  }
}

/** −log p of each example averaged over the members, and of each member averaged over the examples. */
function summaryOf(singly: readonly ExactNll[]): { nats: number[]; each: number[] } {
  const count = singly[0]!.nats.length
  const nats = Array.from({ length: count }, (_value, example) => singly.reduce((sum, member) => sum + member.nats[example]!, 0) / singly.length)
  return { nats, each: singly.map((member) => member.nats.reduce((sum, value) => sum + value, 0) / count) }
}

/** The mean over the draws of a bound, example by example. */
function meanOf(drawn: readonly ExactNll[]): ExactNll {
  const [first] = drawn
  return { nats: first!.nats.map((_value, example) => drawn.reduce((sum, { nats }) => sum + nats[example]!, 0) / drawn.length), dimensions: first!.dimensions }
}

/** Variance in nats² of the sum over all examples of that mean, by the spread of the draws, which are independent from example to example. */
function varianceOf(drawn: readonly ExactNll[]): number {
  const { nats } = meanOf(drawn)
  const spread = (example: number): number => drawn.reduce((sum, draw) => sum + (draw.nats[example]! - nats[example]!) ** 2, 0) / (drawn.length - 1)
  return nats.reduce((sum, _value, example) => sum + spread(example) / drawn.length, 0)
}

/** Adds −log p of `rows` examples [rows, D] to the sums [D]. */
function addUp(sums: Float64Array, logProb: Float32Array, rows: number): void {
  const size = sums.length
  for (let at = 0; at < rows * size; at++) sums[at % size]! -= logProb[at]!
}
