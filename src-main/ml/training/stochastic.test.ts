import { beforeAll, describe, expect, it } from 'vitest'
import { distributionFor } from '../distributions/distributionFor'
import { BOUND_DRAWS } from '../evaluation/logProb'
import { createScorer, eagerScorer } from '../evaluation/scorer'
import type { Model, Parameters } from '../models/model'
import { tableDomain } from '../models/testSupport'
import { initialParameters } from '../tensor/initialize'
import { createNoise } from '../tensor/noise'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createLearner } from './createLearner'
import { initialState } from './learner'
import type { LearnerState } from './learner'

const [B, D, CLASSES, SEED] = [8, 5, 3, 21]
const domain = tableDomain(D, 2)
const distribution = distributionFor(domain)

/**
 * Bernoulli with a bias of its own for each class; training drops biases at random, and the "bound" takes noise off the log-probability.
 */
function toyModel(bounded: boolean): Model {
  const logits = (parameters: Parameters, condition: tf.Tensor): tf.Tensor =>
    tf.expandDims(
      tf.matMul(tf.cast(tf.oneHot(tf.cast(condition, 'int32'), CLASSES), 'float32') as tf.Tensor2D, parameters.bias as tf.Tensor2D),
      2,
    )
  return {
    parameters: [{ name: 'bias', shape: [CLASSES, D], init: { kind: 'normal', standardDeviation: 1 } }],
    distribution,
    ordering: Int32Array.from({ length: D }, (_value, index) => index),
    conditioning: { kind: 'class', classes: CLASSES },
    conditionals: (parameters, x, condition) => tf.tidy(() => tf.add(logits(parameters, condition!), tf.zeros([x.shape[0]!, D, 1]))),
    trainingNll(parameters, x, noise, condition) {
      const kept = tf.cast(tf.less(noise.uniform([B, D]), 0.7), 'float32')
      const second = noise.uniform([B, D])
      const dropped = tf.mul(logits(parameters, condition!), tf.expandDims(tf.add(kept, tf.mul(second, 0.1)), 2))
      return tf.neg(distribution.logProb(dropped, x))
    },
    ...(bounded
      ? {
          boundPerDimension: (
            parameters: Parameters,
            x: tf.Tensor,
            noise: { uniform(shape: number[]): tf.Tensor },
            condition?: tf.Tensor,
          ) => tf.sub(distribution.logProb(logits(parameters, condition!), x), noise.uniform([x.shape[0]!, D])),
        }
      : {}),
  }
}

const batchAt = (step: number) => {
  const random = randomStream(1, 'batch', step)
  return {
    levels: Float32Array.from({ length: B * D }, () => random.integer(2)),
    mask: null,
    condition: Float32Array.from({ length: B }, () => random.integer(CLASSES)),
    counted: B,
  }
}

function trained(model: Model, execution: 'compiled' | 'eager', from?: { state: LearnerState; step: number }, steps = 12) {
  const learner = createLearner({
    ...{ model, execution, batchShape: [B, D] as [number, number], masked: false, evaluationShape: [B, D] as [number, number] },
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: null, ema: null, seed: SEED },
  })
  learner.write(from?.state ?? initialState(model, initialParameters(model.parameters, 2), false))
  const nats: number[] = []
  for (let step = (from?.step ?? 0) + 1; step <= steps; step++) nats.push(learner.step(batchAt(step), 0.05, step).nats)
  const { levels, condition } = batchAt(99)
  const logProbOf = (batch: number): number[] =>
    tf.tidy(() => [
      ...learner
        .logProb('raw')(tf.tensor2d(levels, [B, D]), tf.tensor1d(condition), batch)
        .dataSync(),
    ])
  const result = { nats, state: learner.read(), logProb: logProbOf(0), other: logProbOf(1) }
  learner.dispose()
  return result
}

const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length)
  Array.from(a).forEach((value, index) => expect(Math.abs(value - b[index]!)).toBeLessThan(1e-5 * (1 + Math.abs(value))))
}

beforeAll(async () => {
  await startEngine()
})

describe('a stochastic objective of a conditioned model', () => {
  it('is the same compiled and eager, step by step, and drawn anew at each step', () => {
    const before = tf.memory().numTensors
    const model = toyModel(false)
    const [compiled, eager] = [trained(model, 'compiled'), trained(model, 'eager')]
    close(compiled.nats, eager.nats)
    close(compiled.state.weights.get('bias')!.data, eager.state.weights.get('bias')!.data)
    close(compiled.logProb, eager.logProb)
    // The first step by hand: the noise of step 1, and the condition of each row.
    const { levels, condition } = batchAt(1)
    const expected = tf.tidy(() => {
      const parameters = { bias: tf.tensor(initialParameters(model.parameters, 2).bias!, [CLASSES, D]) }
      const nll = model.trainingNll!(parameters, tf.tensor2d(levels, [B, D]), createNoise(SEED, 'noise', 1), tf.tensor1d(condition))
      return tf.sum(nll).dataSync()[0]! / B
    })
    expect(compiled.nats[0]).toBeCloseTo(expected, 4)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('goes on after an interruption with the noise it would have drawn', () => {
    const model = toyModel(false)
    const whole = trained(model, 'compiled')
    const { state } = trained(model, 'compiled', undefined, 5)
    const resumed = trained(model, 'compiled', { state, step: 5 })
    expect(resumed.nats).toEqual(whole.nats.slice(5))
    expect(resumed.state).toEqual(whole.state)
  })

  it('is scored without noise, and refuses a batch without its condition', () => {
    const model = toyModel(false)
    const { state, logProb, other } = trained(model, 'compiled')
    expect(logProb).toEqual(other)
    const { levels, condition } = batchAt(99)
    const exact = tf.tidy(() => {
      const x = tf.tensor2d(levels, [B, D])
      return [
        ...distribution
          .logProb(model.conditionals({ bias: tf.tensor(state.weights.get('bias')!.data, [CLASSES, D]) }, x, tf.tensor1d(condition)), x)
          .dataSync(),
      ]
    })
    close(logProb, exact)
    const scorer = createScorer(model, state.weights, [B, D])
    expect(() => tf.tidy(() => scorer.logProb(tf.tensor2d(levels, [B, D])))).toThrow(/condition/)
    scorer.dispose()
  })

  it('is bounded by the mean over seeded draws, which differ between batches', () => {
    const model = toyModel(true)
    const [compiled, eager] = [trained(model, 'compiled'), trained(model, 'eager')]
    close(compiled.logProb, eager.logProb)
    expect(compiled.other).not.toEqual(compiled.logProb)
    const { levels, condition } = batchAt(99)
    const scorers = [createScorer(model, compiled.state.weights, [B, D], SEED), eagerScorer(model, compiled.state.weights, SEED)]
    for (const scorer of scorers) {
      close(
        tf.tidy(() => [...scorer.logProb(tf.tensor2d(levels, [B, D]), tf.tensor1d(condition), 0).dataSync()]),
        compiled.logProb,
      )
      scorer.dispose()
    }
    const noise = tf.tidy(() =>
      tf
        .div(
          tf.addN(Array.from({ length: BOUND_DRAWS }, (_value, draw) => createNoise(SEED, 'bound', 0, draw).uniform([B, D]))),
          BOUND_DRAWS,
        )
        .dataSync(),
    )
    const exact = trained(toyModel(false), 'eager').logProb
    close(
      compiled.logProb,
      exact.map((value, index) => value - noise[index]!),
    )
  })
})
