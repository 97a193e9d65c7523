import type { Operation, SamplingPlan, Vector } from '../kernels/operations'
import { tf } from '../tensor/tf'
import type { Model } from './model'

/**
 * p(x | c) of a conditioned model as a model of its own: one class index, one vector, or the frames of one sequence of features, for every example
 * (of which windows are then taken from their start alone).
 * Everything that holds for a model then holds for it: normalised, autoregressive, sampled and scored.
 */
export function fixCondition(model: Model, condition: Float32Array): Model {
  const { conditioning: _given, ...rest } = model
  const repeated = (batch: number): Float32Array => {
    const all = new Float32Array(batch * condition.length)
    for (let row = 0; row < batch; row++) all.set(condition, row * condition.length)
    return all
  }
  const tensorFor = (x: tf.Tensor): tf.Tensor => {
    const batch = x.shape[0]!
    const { conditioning } = model
    if (conditioning?.kind === 'features') return tf.tensor(repeated(batch), [batch, condition.length / conditioning.size, conditioning.size])
    return tf.tensor(repeated(batch), conditioning?.kind === 'vector' ? [batch, condition.length] : [batch])
  }
  return {
    ...rest,
    conditionals: (parameters, x) => model.conditionals(parameters, x, tensorFor(x)),
    ...(model.logProbPerDimension ? { logProbPerDimension: (parameters, x) => model.logProbPerDimension!(parameters, x, tensorFor(x)) } : {}),
    ...(model.trainingNll ? { trainingNll: (parameters, x, noise) => model.trainingNll!(parameters, x, noise, tensorFor(x)) } : {}),
    ...(model.boundPerDimension
      ? { boundPerDimension: (parameters, x, noise) => model.boundPerDimension!(parameters, x, noise, tensorFor(x)) }
      : {}),
    ...(model.samplingPlan
      ? {
          samplingPlan(weights, steps) {
            const plan = model.samplingPlan!(weights, steps)
            return plan && withCondition(plan, condition)
          },
        }
      : {}),
    ...(model.kernelSampler ? { kernelSampler: (weights, batch) => model.kernelSampler!(weights, batch, repeated(batch)) } : {}),
    ...(model.sampler ? { sampler: (weights, batch) => model.sampler!(weights, batch, repeated(batch)) } : {}),
  }
}

/** The plan with what it would read of its condition written in. */
export function withCondition(plan: SamplingPlan, condition: Float32Array): SamplingPlan {
  const constant = (to: Vector, values: Float32Array, add: boolean): Operation => ({
    kind: 'dense',
    from: { offset: to.offset, size: 1 },
    to,
    weight: new Float32Array(to.size),
    bias: values,
    plus: add ? to : null,
    activation: 'identity',
  })
  const fixed = (operation: Operation): Operation => {
    if (operation.kind === 'each-column' || operation.kind === 'at-pixels') return { ...operation, body: operation.body.map(fixed) }
    if (operation.kind === 'table' && operation.index === 'condition') {
      const { table, to, add } = operation
      return constant(to, table.subarray(condition[0]! * to.size, (condition[0]! + 1) * to.size), add)
    }
    if (operation.kind !== 'slice' || operation.source !== 'condition') return operation
    const { from, to, stride, index } = operation
    if (stride === 0) return constant(to, condition.subarray(from.offset, from.offset + to.size), false)
    const rows = Math.floor((condition.length - from.offset - to.size) / stride) + 1
    const table = new Float32Array(rows * to.size)
    for (let row = 0; row < rows; row++) {
      const start = from.offset + row * stride
      table.set(condition.subarray(start, start + to.size), row * to.size)
    }
    return { kind: 'table', table, to, index, add: false }
  }
  return {
    ...plan,
    conditionSize: 0,
    start: plan.start.map(fixed),
    phases: plan.phases.map(({ before, head, after }) => ({ before: before.map(fixed), head, after: after.map(fixed) })),
  }
}
