import type { LevelArray } from '../../contract/levels'
import type { Model } from '../models/model'

export interface Completion {
  /** The model whose ordering completes: the one given, or one that generates what is observed first. */
  model: Model
  /** Whether completions are draws from p(unknown | observed). */
  exact: boolean
  why: string
}

/**
 * How a model fills in some dimensions given the others. `unknown`: 1 = filled in, 0 = observed, for each dimension.
 *
 * By the chain rule p(x_unknown | x_observed) ∝ ∏_i p(x_i | x_<i). Where all that is observed comes first, its factors are constant, and sampling
 * the rest in order draws from the conditional itself. Otherwise a factor of an observed dimension weighs what was drawn before it: to ignore that
 * is forward sampling, in which each unknown dimension sees only what was observed before it, and the result is approximate.
 */
export function completionOf(model: Model, unknown: Uint8Array): Completion {
  const ordering = model.ordering ?? Int32Array.from(unknown, (_value, step) => step)
  if (ordering.length !== unknown.length)
    throw new Error(`The mask has ${unknown.length} dimensions, but an example of this model has ${ordering.length}.`)
  const missing = count(unknown)
  if (missing === 0) throw new Error('The mask leaves nothing to fill in. Rub out some part.')
  if (missing === unknown.length) return { model, exact: true, why: 'Nothing is kept, so these are plain samples of the model.' }
  if (model.distribution.kind === 'density') {
    const why =
      'The model is a density of values between the levels. Where in its cell an observed value lies is drawn evenly and not given the rest, ' +
      'so this is approximate: forward sampling given the observed earlier dimensions.'
    return { model: isPrefix(ordering, unknown) ? model : (observedFirst(model, ordering, unknown) ?? model), exact: false, why }
  }
  if (model.latents) {
    if (isPrefix(ordering, unknown) && !model.latents.carried && (unknown.length - missing) % model.latents.frame === 0) {
      const why =
        'The rest is drawn from p(unknown | observed), as what is kept are the first whole frames. Its log-probability is given the latents drawn with it, so it is no likelihood.'
      return { model, exact: false, why }
    }
    const why =
      'The model has latent variables, whose distribution given what is kept has no closed form. Those of whole frames kept at the start are drawn from the ' +
      'inference net, the others from their prior, so this is approximate: forward sampling given the observed earlier dimensions.'
    return { model, exact: false, why }
  }
  if (isPrefix(ordering, unknown)) {
    const why = 'What is kept comes first in the ordering of the model, so the rest is drawn from p(unknown | observed) exactly.'
    return { model, exact: true, why }
  }
  const drawn = trainedFor(model, unknown)
  if (drawn) {
    const why = 'The model is order-agnostic, and one of the orderings that it was trained on begins with what is kept: the rest is drawn from p(unknown | observed) under it exactly.'
    return { model: drawn, exact: true, why }
  }
  const reordered = observedFirst(model, ordering, unknown)
  if (reordered) {
    const why =
      'The model is order-agnostic: it generates what is kept first and then the rest, so the rest is drawn from p(unknown | observed) ' +
      `under that ordering exactly.${untrained(model)}`
    return { model: reordered, exact: true, why }
  }
  const { earlier, later } = observedAround(ordering, unknown)
  const why =
    'Approximate: forward sampling given the observed earlier dimensions. ' +
    `${later} of the ${earlier + later} kept dimensions come after an unknown one in the ordering of the model, which does not look ahead to them.`
  return { model, exact: false, why }
}

/** Levels that sampling takes instead of draws, −1 where it draws: `draws` completions of each of the examples [n × D] -> [n · draws × D]. */
export function givenLevels(levels: LevelArray, unknown: Uint8Array, draws: number): Int32Array {
  const size = unknown.length
  const examples = levels.length / size
  const given = new Int32Array(examples * draws * size)
  for (let example = 0; example < examples; example++)
    for (let draw = 0; draw < draws; draw++)
      for (let dimension = 0; dimension < size; dimension++)
        given[(example * draws + draw) * size + dimension] = unknown[dimension] ? -1 : levels[example * size + dimension]!
  return given
}

const count = (unknown: Uint8Array): number => unknown.reduce((sum, flag) => sum + (flag ? 1 : 0), 0)

/** Whether no observed dimension comes after an unknown one. */
const isPrefix = (ordering: Int32Array, unknown: Uint8Array): boolean => observedAround(ordering, unknown).later === 0

/** Observed dimensions before the first unknown one, and after it. */
function observedAround(ordering: Int32Array, unknown: Uint8Array): { earlier: number; later: number } {
  const first = ordering.findIndex((dimension) => unknown[dimension] === 1)
  let observed = 0
  for (const flag of unknown) if (!flag) observed++
  const earlier = first < 0 ? observed : first
  return { earlier, later: observed - earlier }
}

/** What is to be known of an ordering that training did not draw. */
const untrained = ({ trainedOrderings }: Model): string =>
  trainedOrderings === undefined
    ? ''
    : ` Training drew from ${trainedOrderings} orderings, of which this is none: it is a density of its own, and the fewer they were the less good.`

/** The member of an ensemble of a few orderings whose own begins with the observed dimensions; null where none does. */
function trainedFor({ members, trainedOrderings = 0 }: Model, unknown: Uint8Array): Model | null {
  for (let member = 0; member < trainedOrderings; member++) {
    const candidate = members?.of(member)
    if (candidate?.ordering && isPrefix(candidate.ordering, unknown)) return candidate
  }
  return null
}

/** The model under the ordering that has the observed dimensions first, each part in its former order; null where there is only one ordering. */
function observedFirst(model: Model, ordering: Int32Array, unknown: Uint8Array): Model | null {
  if (!model.withOrdering) return null
  const observed = ordering.filter((dimension) => !unknown[dimension])
  const rest = ordering.filter((dimension) => unknown[dimension] === 1)
  return model.withOrdering(Int32Array.from([...observed, ...rest]))
}
