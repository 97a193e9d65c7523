import type { Model, Noise, Parameters } from '../models/model'
import { createNoise, noiseFrom, noiseSeed } from '../tensor/noise'
import type { EntryInput, Program, ProgramBuilder } from '../tensor/program/program'
import { tf } from '../tensor/tf'
import { conditionShape } from './condition'

/**
 * log p(x_i | x_<i) in nats of a batch of levels: x [B, D] -> [B, D], with the condition of each example where the model is conditioned.
 * Where the model only bounds it (one of them with `draw`): the mean over seeded draws of the noise, which differ from `batch` to batch.
 */
export type LogProbFunction = (x: tf.Tensor, condition?: tf.Tensor, batch?: number, draw?: number) => tf.Tensor

/** Draws of the noise that a bound is a mean over; its expectation does not depend on their number. */
export const BOUND_DRAWS = 4

export function logProbPerDimension(model: Model, parameters: Parameters, x: tf.Tensor, condition?: tf.Tensor): tf.Tensor {
  return model.logProbPerDimension
    ? model.logProbPerDimension(parameters, x, condition)
    : model.distribution.logProb(model.conditionals(parameters, x, condition), x)
}

/** What scoring sums: the exact log-probabilities, or one draw of their bound. */
function scoredLogProb(model: Model, parameters: Parameters, x: tf.Tensor, noise: () => Noise, condition?: tf.Tensor): tf.Tensor {
  return model.boundPerDimension
    ? model.boundPerDimension(parameters, x, noise(), condition)
    : logProbPerDimension(model, parameters, x, condition)
}

/** The mean of `draw` over the draws of a bound; one call where the model is exact. */
function meanOverDraws(model: Model, only: number | undefined, draw: (index: number) => tf.Tensor): tf.Tensor {
  if (!model.boundPerDimension) return draw(0)
  if (only !== undefined) return draw(only)
  return tf.tidy(() => tf.div(tf.addN(Array.from({ length: BOUND_DRAWS }, (_value, index) => draw(index))), BOUND_DRAWS))
}

/** Log-probabilities op by op, under the parameters that the function answers (which the tidy around the call disposes). */
export function eagerLogProb(model: Model, parameters: () => Parameters, seed: number): LogProbFunction {
  return (x, condition, batch = 0, only) =>
    tf.tidy(() => {
      const named = parameters()
      return meanOverDraws(model, only, (index) => scoredLogProb(model, named, x, () => createNoise(seed, 'bound', batch, index), condition))
    })
}

/**
 * Adds an entry for log-probabilities of batches of `shape` [B, L] under the variables named `<prefix><parameter>`: the parameters, or where
 * the program keeps them in parts, those of `names`.
 */
export function addLogProbEntry(
  builder: ProgramBuilder,
  model: Model,
  entry: string,
  shape: readonly [number, number],
  prefix = '',
  names: readonly string[] = model.parameters.map(({ name }) => name),
): void {
  const wanted: EntryInput[] = [{ name: 'levels', dtype: 'float32', shape }]
  if (model.conditioning) wanted.push({ name: 'condition', dtype: 'float32', shape: conditionShape(model.conditioning, ...shape) })
  if (model.boundPerDimension) wanted.push({ name: 'noise', dtype: 'int32', shape: [2] })
  const { inputs, outputs } = builder.trace(
    wanted,
    names.map((name) => prefix + name),
    (tensors, values) => {
      const condition = model.conditioning ? tensors[1] : undefined
      const parameters = Object.fromEntries(names.map((name) => [name, values[prefix + name]!]))
      return [scoredLogProb(model, parameters, tensors[0]!, () => noiseFrom(tensors.at(-1)!), condition)]
    },
  )
  builder.entry(entry, inputs, outputs)
}

/** Log-probabilities by an entry that `addLogProbEntry` has made. */
export function programLogProb(program: Program, model: Model, entry: string, seed: number): LogProbFunction {
  return (x, condition, batch = 0, only) => {
    if (model.conditioning && !condition) throw new Error('The model is conditioned, but its condition was not given.')
    const given = model.conditioning ? [x, condition!] : [x]
    if (!model.boundPerDimension) return program.run(entry, given)[0]!
    return meanOverDraws(model, only, (index) => program.run(entry, [...given, tf.tensor1d(noiseSeed(seed, 'bound', batch, index), 'int32')])[0]!)
  }
}
