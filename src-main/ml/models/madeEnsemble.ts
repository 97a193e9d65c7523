import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { isDensity } from '../../contract/inspect/conditionalKinds'
import type { MadeConfig } from '../../contract/inspect/made'
import type { MadeDegrees } from '../../contract/inspect/madeDegrees'
import { madeDegrees, madeOrdering } from '../../contract/inspect/madeDegrees'
import { conditionalOf } from '../distributions/conditionalOf'
import { maskedBetween } from '../layers/maskedDense'
import { linear, matMul } from '../tensor/linear'
import { relu, softplus, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { dequantisedObjective } from './dequantised'
import { madePlan } from './madePlan'
import { madeSampler } from './madeSampler'
import { mixedConditionals, mixedSampler } from './mixedConditionals'
import type { Model, Parameters } from './model'
import { requirePermutation } from './orderAgnostic'
import { parameterOf } from './parameterOf'

const activations = { relu, tanh, softplus }

interface EnsembleOptions {
  /** The first member, as if it were alone. */
  model: Model
  config: MadeConfig
  domain: Domain
  oneHot: boolean
  inputOf(x: tf.Tensor): tf.Tensor2D
}

/** Degrees of all members, a row for each: they are small, so masks are computed from them on the device. */
interface DegreeTables {
  input: tf.Tensor2D
  hidden: tf.Tensor2D[]
  output: tf.Tensor2D
}

/**
 * MADE with several masks (Germain et al. 2015, sections 4.2 and 4.3): each training step draws one set of masks, and all share the weights.
 * With one ordering the members are mixed: p(x) = 1/M Σ_m p(x | m) has the conditionals Σ_m p(m | x_<i) p(x_i | x_<i, m), p(m | x_<i) ∝ ∏_{j<i} p(x_j | x_<j, m).
 * So likelihood, samples and everything else are those of the mixture, exactly. With an ordering of its own for each member there is no such chain:
 * then conditionals and samples are those of the first member, and the ensemble is scored through `members`.
 */
export function madeEnsemble({ model, config, domain, oneHot, inputOf }: EnsembleOptions): Model {
  const { masks } = config
  const D = dimensionsOf(domain)
  const { levels } = domain
  const distribution = conditionalOf(config.conditionals, config.components, levels)
  const P = distribution.parametersPerDimension
  const activation = activations[config.activation]
  const degrees = Array.from({ length: masks }, (_value, member) => madeDegrees(config, domain, member))
  const density = isDensity(config.conditionals)

  /** x -> [B, D, P] under the member whose number is in `chosen`, int32 [1]. */
  const forward = (named: Parameters, x: tf.Tensor, tables: DegreeTables, chosen: tf.Tensor1D): tf.Tensor => {
    const rowOf = (table: tf.Tensor2D): tf.Tensor => tf.reshape(tf.gather(table, chosen), [-1]) // [M, units] -> [units]
    const input = inputOf(x)
    const first = rowOf(tables.input)
    const outputs = rowOf(tables.output)
    let [h, below]: [tf.Tensor2D, tf.Tensor] = [input, first]
    tables.hidden.forEach((table, layer) => {
      const units = rowOf(table)
      const weight = maskedBetween(parameterOf(named, `hidden.${layer}.weight`), below, units, 'at most')
      h = activation(linear(h, weight, parameterOf(named, `hidden.${layer}.bias`)) as tf.Tensor2D) // [B, in] -> [B, out]
      below = units
    })
    let out = linear(h, maskedBetween(parameterOf(named, 'output.weight'), below, outputs, 'below'), parameterOf(named, 'output.bias'))
    if (config.direct) out = tf.add(out, matMul(input, maskedBetween(parameterOf(named, 'direct.weight'), first, outputs, 'below')))
    return tf.reshape(out, [-1, D, P]) // [B, D·P] -> [B, D, P]
  }
  const tablesOf = (rows: readonly MadeDegrees[] = degrees): DegreeTables => {
    const table = (of: (member: MadeDegrees) => Int32Array): tf.Tensor2D => tf.stack(rows.map((member) => tf.tensor1d(of(member), 'int32'))) as tf.Tensor2D
    return {
      input: table(({ input }) => input),
      hidden: config.hidden.map((_units, layer) => table(({ hidden }) => hidden[layer]!)),
      output: table(({ output }) => output),
    }
  }
  const samplerOf = (member: number): Required<Model>['sampler'] => samplerUnder(degrees[member]!, madeOrdering(config, domain, member))
  const samplerUnder =
    (own: MadeDegrees, ordering: Int32Array): Required<Model>['sampler'] =>
    (weights, batch) =>
      madeSampler({ weights, batch, degrees: own, ordering, levels, oneHot, perDimension: P, config })
  /** One chain: the shared weights under one set of degrees and its ordering. */
  const chain = (own: MadeDegrees, ordering: Int32Array): Model => {
    const conditionals: Model['conditionals'] = (named, x) => forward(named, x, tablesOf([own]), tf.tensor1d([0], 'int32'))
    return {
      parameters: model.parameters,
      distribution,
      ordering,
      conditionals,
      ...(density ? dequantisedObjective(distribution, conditionals) : {}),
      samplingPlan: (weights) => (config.conditionals === 'softmax' ? madePlan({ weights, degrees: own, ordering, levels, oneHot, distribution, config }) : null),
      sampler: samplerUnder(own, ordering),
    }
  }

  /** One member is drawn for each step, for a density of freshly dequantised values. */
  const trainingNll: Required<Model>['trainingNll'] = (named, x, noise) => {
    const chosen = tf.cast(tf.mul(noise.uniform([1]), masks), 'int32') as tf.Tensor1D
    const y = density ? tf.add(x, noise.uniform([...x.shape])) : x
    return tf.neg(distribution.logProb(forward(named, y, tablesOf(), chosen), y))
  }

  if (config.orderAgnostic) {
    return {
      ...model,
      trainingNll,
      members: {
        count: masks,
        of: (member) => chain(degrees[member]!, madeOrdering(config, domain, member)),
      },
      // Any ordering has its masks. One that training drew serves best; the others have degrees of the same kind, and are exact as densities all the same.
      trainedOrderings: masks,
      withOrdering(ordering) {
        requirePermutation(ordering, D)
        const drawn = degrees.findIndex((_degrees, member) => sameOrdering(madeOrdering(config, domain, member), ordering))
        return chain(drawn < 0 ? madeDegrees(config, domain, 0, ordering) : degrees[drawn]!, ordering)
      },
    }
  }
  const ordering = model.ordering!
  const mixed = mixedConditionals({ kind: config.conditionals, components: config.components, levels, members: masks, ordering })
  const conditionals: Model['conditionals'] = (named, x) => {
    const tables = tablesOf()
    return mixed.conditionals(
      Array.from({ length: masks }, (_value, member) => forward(named, x, tables, tf.tensor1d([member], 'int32'))),
      x,
    )
  }
  return {
    parameters: model.parameters,
    distribution: mixed.distribution,
    ordering,
    conditionals,
    ...(density ? dequantisedObjective(mixed.distribution, conditionals) : {}),
    trainingNll,
    sampler: (weights, batch) => mixedSampler(mixed, Array.from({ length: masks }, (_value, member) => samplerOf(member)(weights, batch)), batch),
  }
}

const sameOrdering = (one: Int32Array, other: Int32Array): boolean => one.every((dimension, step) => dimension === other[step])
