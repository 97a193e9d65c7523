import { beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../../contract/domain'
import { familyById } from '../models/registry'
import type { Model } from '../models/model'
import { initialParameters } from '../tensor/initialize'
import { nativeBackend } from '../tensor/native'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createCompiledLearner } from './compiledLearner'
import { createEagerLearner } from './eagerLearner'
import { initialState } from './learner'
import type { Learner, LearnerOptions, LearnerState, TensorMap } from './learner'
import { createOptimizer } from './optimizers'
import { nativeVariables, portableVariables } from './variables'
import { weightsHash } from './weightsHash'

const binary: Domain = { kind: 'image', shape: [6, 6, 1], levels: 2, variableLength: false, encoding: 'linear' }
const wide: Domain = { kind: 'image', shape: [18, 18, 1], levels: 2, variableLength: false, encoding: 'linear' }
const colour: Domain = { kind: 'image', shape: [4, 4, 3], levels: 8, variableLength: false, encoding: 'linear' }
const audio: Domain = { kind: 'audio', shape: [400], levels: 256, variableLength: true, sampleRate: 8000, encoding: 'mu-law' }

function smallModel(family: string, domain: Domain): Model {
  const { description, build } = familyById(family)
  return build(description.schema.parse(description.presets(domain).small.config), domain, 1)
}

const cases: [family: string, Domain, [number, number], name: string][] = [
  ['fvsbn', binary, [8, 36], 'FVSBN'],
  ['nade', binary, [8, 36], 'NADE'],
  ['made', binary, [8, 36], 'MADE'],
  ['made', colour, [8, 48], 'MADE of colour images'],
  ['made', wide, [8, 324], 'MADE whose weights are kept in parts'],
  ['pixelcnn', binary, [8, 36], 'PixelCNN'],
  ['pixelcnn', colour, [8, 48], 'PixelCNN of colour images'],
  ['wavenet', audio, [3, 300], 'WaveNet'],
]

function batchOf(domain: Domain, [rows, length]: [number, number], step: number) {
  const levels = randomStream(2, 'levels', step).fillUniform(new Float32Array(rows * length)).map((value) => Math.floor(value * domain.levels))
  const mask = domain.kind === 'audio' ? new Float32Array(rows * length).map((_value, index) => (index % length < 50 ? 0 : 1)) : null
  return { levels, mask, counted: mask ? rows * (length - 50) : rows }
}

const options = (model: Model, domain: Domain, batchShape: [number, number]): LearnerOptions => ({
  model,
  batchShape,
  masked: domain.kind === 'audio' ? 'samples' : false,
  evaluationShape: batchShape,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  gradientClip: 2,
  ema: 0.9,
  seed: 0,
})

function trained(learner: Learner, model: Model, domain: Domain, shape: [number, number], steps: number): { state: LearnerState; nats: number[]; norms: number[]; logProb: Float32Array } {
  learner.write(initialState(model, initialParameters(model.parameters, 3), true))
  const outcomes = Array.from({ length: steps }, (_value, index) => learner.step(batchOf(domain, shape, 0), 1e-3, index + 1))
  const logProb = tf.tidy(() => learner.logProb('ema')(tf.tensor2d(batchOf(domain, shape, 0).levels, shape)).dataSync() as Float32Array)
  const state = learner.read()
  learner.dispose()
  return { state, nats: outcomes.map(({ nats }) => nats), norms: outcomes.map(({ gradientNorm }) => gradientNorm), logProb }
}

const parts = ['weights', 'ema', 'm', 'v'] as const
const partOf = (state: LearnerState, part: (typeof parts)[number]): TensorMap => (part === 'weights' || part === 'ema' ? state[part]! : state.slots[part]!)

function furthest(a: LearnerState, b: LearnerState): number {
  let most = 0
  for (const part of parts) {
    for (const [name, { data }] of partOf(a, part)) {
      const other = partOf(b, part).get(name)!.data
      data.forEach((value, index) => (most = Math.max(most, Math.abs(value - other[index]!))))
    }
  }
  return most
}

beforeAll(async () => {
  await startEngine()
})

describe.each(cases.map(([family, domain, shape, name]) => ({ family, domain, shape, name })))('$name', ({ family, domain, shape }) => {
  const model = smallModel(family, domain)
  const compiled = () => createCompiledLearner(options(model, domain, shape))
  const eager = () => createEagerLearner(options(model, domain, shape))

  it('learns the same compiled, op by op with the native Adam, and with the portable one', () => {
    const before = tf.memory().numTensors
    const runs = [
      trained(compiled(), model, domain, shape, 5),
      trained(eager(), model, domain, shape, 5),
      trained(createEagerLearner(options(model, domain, shape), portableVariables), model, domain, shape, 5),
    ] as const
    for (const other of runs.slice(1)) {
      other.nats.forEach((nats, step) => expect(Math.abs(nats / runs[0].nats[step]! - 1)).toBeLessThan(2e-5))
      other.norms.forEach((norm, step) => expect(Math.abs(norm / runs[0].norms[step]! - 1)).toBeLessThan(2e-3))
      // Adam turns rounding of a near-zero gradient into a step of up to the learning rate, hence no closer.
      expect(furthest(runs[0].state, other.state)).toBeLessThan(5e-3)
      other.logProb.forEach((value, index) => expect(Math.abs(value - runs[0].logProb[index]!)).toBeLessThan(5e-2))
    }
    expect(runs[0].nats.at(-1)).toBeLessThan(runs[0].nats[0]!)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('gives bit-identical weights run after run, and after an interruption', () => {
    const whole = trained(compiled(), model, domain, shape, 6)
    const again = trained(compiled(), model, domain, shape, 6)
    expect(weightsHash(again.state.weights)).toBe(weightsHash(whole.state.weights))

    const first = compiled()
    first.write(initialState(model, initialParameters(model.parameters, 3), true))
    for (let step = 0; step < 3; step++) first.step(batchOf(domain, shape, 0), 1e-3, step + 1)
    const kept = first.read()
    first.dispose()
    const second = compiled()
    second.write(kept)
    for (let step = 3; step < 6; step++) second.step(batchOf(domain, shape, 0), 1e-3, step + 1)
    const resumed = second.read()
    second.dispose()
    for (const part of parts) expect(weightsHash(partOf(resumed, part))).toBe(weightsHash(partOf(whole.state, part)))
  })
})

describe('a step that is looked at', () => {
  it.each(['compiled', 'eager'] as const)('%s: computes the same to the bit, and answers its gradients and weights', (kind) => {
    const [shape, model] = [[8, 36] as [number, number], smallModel('made', binary)]
    const create = kind === 'compiled' ? createCompiledLearner : createEagerLearner
    const before = tf.memory().numTensors
    const [plain, observed] = [create(options(model, binary, shape)), create(options(model, binary, shape))]
    for (const learner of [plain, observed]) learner.write(initialState(model, initialParameters(model.parameters, 3), true))
    for (let step = 1; step <= 4; step++) {
      plain.step(batchOf(binary, shape, step), 1e-3, step)
      const weights: TensorMap = new Map()
      let squares = 0
      const look = (name: string, gradient: Float32Array, values: Float32Array): void => {
        weights.set(name, { shape: model.parameters.find((parameter) => parameter.name === name)!.shape, data: values.slice() })
        squares = gradient.reduce((sum, value) => sum + value * value, squares)
      }
      const outcome = observed.step(batchOf(binary, shape, step), 1e-3, step, step % 2 === 0 ? look : undefined)
      if (step % 2 === 1) continue
      expect(weightsHash(weights)).toBe(weightsHash(observed.read().weights))
      expect(Math.sqrt(squares)).toBeCloseTo(outcome.gradientNorm, 3)
    }
    for (const part of parts) expect(weightsHash(partOf(observed.read(), part))).toBe(weightsHash(partOf(plain.read(), part)))
    plain.dispose()
    observed.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('long training', () => {
  it.each(['compiled', 'eager'] as const)('%s: the tensor count is flat over 200 steps', (kind) => {
    const model = smallModel('made', binary)
    const create = kind === 'compiled' ? createCompiledLearner : createEagerLearner
    const learner = create(options(model, binary, [8, 36]))
    learner.write(initialState(model, initialParameters(model.parameters, 3), true))
    learner.step(batchOf(binary, [8, 36], 0), 1e-3, 1)
    const before = tf.memory()
    for (let step = 1; step <= 200; step++) learner.step(batchOf(binary, [8, 36], step), 1e-3, step + 1)
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numBytes).toBe(before.numBytes)
    learner.dispose()
  })

  it('frees the native variables with the learner', () => {
    const binding = nativeBackend()!.binding as unknown as { getNumOfTensors(): number }
    const before = binding.getNumOfTensors()
    nativeVariables(nativeBackend()!, [{ name: 'w', shape: [3] }], createOptimizer({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })).dispose()
    expect(binding.getNumOfTensors()).toBe(before)
  })
})
