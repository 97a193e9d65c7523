import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { conditionTensor } from '../evaluation/condition'
import { conditionNumbers } from '../models/conditionNumbers'
import type { Model } from '../models/model'
import { families, familyById } from '../models/registry'
import { tinyCases } from '../models/tinyCases'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { TrainingBatch } from './batches'
import { createLearner } from './createLearner'
import { initialState } from './learner'
import type { LearnerOptions } from './learner'

const ROWS = 6

function batchAt(model: Model, domain: Domain, step: number): TrainingBatch {
  const D = dimensionsOf(domain)
  const random = randomStream(3, 'batch', step)
  const levels = Float32Array.from({ length: ROWS * D }, () => random.integer(domain.levels))
  // The last example, or the first sample of each sequence, does not count.
  const mask = domain.variableLength
    ? Float32Array.from({ length: ROWS * D }, (_value, index) => (index % D === 0 ? 0 : 1))
    : new Float32Array(ROWS).fill(1, 0, ROWS - 1)
  const { conditioning } = model
  const condition =
    conditioning?.kind === 'class'
      ? Float32Array.from({ length: ROWS }, () => random.integer(conditioning.classes))
      : conditioning && random.fillNormal(new Float32Array(ROWS * conditionNumbers(conditioning, D)))
  return { levels, mask, ...(condition ? { condition } : {}), counted: domain.variableLength ? ROWS * (D - 1) : ROWS - 1 }
}

/** Loss and gradient norm of each step, then log-probabilities under the raw weights and their average, from one seed. */
function curves(
  model: Model,
  domain: Domain,
  execution: 'compiled' | 'eager',
  steps: number,
): { nats: number[]; norms: number[]; logProb: number[] } {
  const shape: [number, number] = [ROWS, dimensionsOf(domain)]
  const options: LearnerOptions = {
    model,
    batchShape: shape,
    masked: domain.variableLength ? 'samples' : 'examples',
    evaluationShape: shape,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    gradientClip: 1,
    ema: 0.9,
    seed: 4,
  }
  const learner = createLearner({ ...options, execution })
  expect(learner.execution.mode).toBe(execution)
  learner.write(initialState(model, initialParameters(model.parameters, 1), true))
  const outcomes = Array.from({ length: steps }, (_value, step) => learner.step(batchAt(model, domain, step), 3e-3, step + 1))
  const logProb = tf.tidy(() => {
    const { levels, condition } = batchAt(model, domain, 1000)
    const given = conditionTensor(model, condition, ...shape)
    return (['raw', 'ema'] as const).flatMap((weights) => [...learner.logProb(weights)(tf.tensor2d(levels, shape), given, 2).dataSync()])
  })
  learner.dispose()
  return { nats: outcomes.map(({ nats }) => nats), norms: outcomes.map(({ gradientNorm }) => gradientNorm), logProb }
}

beforeAll(async () => {
  await startEngine()
})

const built = tinyCases.map(({ family, title, config, domain }) => {
  const { description, build } = familyById(family)
  return { name: `${family}: ${title}`, family, domain, model: build(description.schema.parse(config), domain, 0) }
})
/** Counted, and nothing else: by `fit`, or into a structure that no gradient descends along. */
const isCounted = (model: Model): boolean => model.fit !== undefined || model.parameters.some(({ structure }) => structure)
const trained = built
  .filter(({ model }) => !isCounted(model) && model.parameters.length > 0)
  // The whole curve for one case of each family, its beginning for the others.
  .map((tiny, index, all) => ({ ...tiny, steps: all.findIndex(({ family }) => family === tiny.family) === index ? 30 : 8 }))

it('covers every family that is trained', () => {
  const fitted = new Set(built.filter(({ model }) => isCounted(model)).map(({ family }) => family))
  const covered = new Set(trained.map(({ family }) => family))
  expect(families.map(({ description }) => description.id).filter((id) => !covered.has(id) && !fitted.has(id))).toEqual([])
})

describe.each(trained)('$name', ({ model, domain, steps }) => {
  it(`learns the same in each of ${steps} steps, compiled and op by op`, () => {
    const before = tf.memory().numTensors
    const compiled = curves(model, domain, 'compiled', steps)
    const eager = curves(model, domain, 'eager', steps)
    const furthest = (a: number[], b: number[]): number =>
      a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!) / (1 + Math.abs(value))), 0)
    expect(furthest(compiled.nats, eager.nats)).toBeLessThan(1e-4)
    expect(furthest(compiled.norms, eager.norms)).toBeLessThan(1e-3)
    expect(furthest(compiled.logProb, eager.logProb)).toBeLessThan(1e-3)
    expect(compiled.nats.every(Number.isFinite)).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })
})
