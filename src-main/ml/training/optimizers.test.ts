import { beforeAll, describe, expect, it } from 'vitest'
import type { OptimizerConfig } from '../../contract/records/optimizer'
import { fvsbn } from '../models/fvsbn'
import { tableDomain } from '../models/testSupport'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { createCompiledLearner } from './compiledLearner'
import { createEagerLearner } from './eagerLearner'
import { initialState } from './learner'
import type { Learner, LearnerOptions } from './learner'
import { lossAndGradients } from './objective'
import { nativeVariables, portableVariables } from './variables'
import { nativeBackend } from '../tensor/native'

const [B, D, STEPS, RATE, CLIP] = [6, 7, 8, 0.02, 0.5]
const [BETA1, BETA2, EPSILON] = [0.8, 0.95, 1e-6]
const domain = tableDomain(D, 2)
const model = fvsbn.build(fvsbn.description.schema.parse({}), domain, 0)
const names = model.parameters.map(({ name }) => name)
const levels = (step: number): Float32Array =>
  randomStream(5, 'levels', step)
    .fillUniform(new Float32Array(B * D))
    .map(Math.round)
const start = () => {
  const values = initialParameters(model.parameters, 1)
  for (const name of names) randomStream(8, name).fillNormal(values[name]!)
  return initialState(model, values, true)
}

/** The textbook updates on plain numbers; `kept` holds what the optimizer remembers of one weight. */
type Update = (w: number, g: number, kept: number[], step: number, isWeight: boolean) => number
const adam =
  (decay: number): Update =>
  (w, g, kept, step, isWeight) => {
    kept[0] = BETA1 * (kept[0] ?? 0) + (1 - BETA1) * g
    kept[1] = BETA2 * (kept[1] ?? 0) + (1 - BETA2) * g * g
    const [m, v] = [kept[0] / (1 - BETA1 ** step), kept[1] / (1 - BETA2 ** step)]
    // TensorFlow's ε is that of the uncorrected √v.
    return w - (isWeight ? RATE * decay * w : 0) - (RATE * m) / (Math.sqrt(v) + EPSILON / Math.sqrt(1 - BETA2 ** step))
  }
const cases: [OptimizerConfig, Update][] = [
  [{ kind: 'adam' }, adam(0)],
  [{ kind: 'adamw', weightDecay: 0.3 }, adam(0.3)],
  [
    { kind: 'adamax' },
    (w, g, kept, step) => {
      kept[0] = BETA1 * (kept[0] ?? 0) + (1 - BETA1) * g
      kept[1] = Math.max(BETA2 * (kept[1] ?? 0), Math.abs(g))
      return w - ((RATE / (1 - BETA1 ** step)) * kept[0]) / (kept[1] + EPSILON)
    },
  ],
  ...[0, 0.7].map((momentum): [OptimizerConfig, Update] => [
    { kind: 'rmsprop', decay: 0.9, momentum },
    (w, g, kept) => {
      kept[0] = 0.9 * (kept[0] ?? 0) + 0.1 * g * g
      kept[1] = momentum * (kept[1] ?? 0) + (RATE * g) / Math.sqrt(kept[0] + EPSILON)
      return w - kept[1]
    },
  ]),
  [
    { kind: 'adagrad' },
    (w, g, kept) => {
      kept[0] = (kept[0] ?? 0) + g * g
      return w - (RATE * g) / (Math.sqrt(kept[0]) + EPSILON)
    },
  ],
  ...[false, true].map((nesterov): [OptimizerConfig, Update] => [
    { kind: 'sgd', momentum: 0.9, nesterov },
    (w, g, kept) => {
      kept[0] = 0.9 * (kept[0] ?? 0) + g
      return w - RATE * (nesterov ? g + 0.9 * kept[0] : kept[0])
    },
  ]),
]

/** Weights after each step in plain JavaScript; gradients alone come from the engine. */
function reference(update: Update): Record<string, Float64Array> {
  const { weights } = start()
  const state = Object.fromEntries(names.map((name) => [name, Float64Array.from(weights.get(name)!.data)]))
  const kept = Object.fromEntries(names.map((name) => [name, Array.from(state[name]!, (): number[] => [])]))
  for (let step = 1; step <= STEPS; step++) {
    const gradients = tf.tidy(() => {
      const parameters = Object.fromEntries(
        model.parameters.map(({ name, shape }) => [name, tf.tensor(Float32Array.from(state[name]!), shape)]),
      )
      const batch = { levels: tf.tensor2d(levels(step), [B, D]), mask: null }
      return lossAndGradients(model, names, parameters, batch)
        .slice(1)
        .map((gradient) => gradient.dataSync() as Float32Array)
    })
    const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + gradient.reduce((part, value) => part + value * value, 0), 0))
    const scale = Math.min(1, CLIP / norm)
    model.parameters.forEach(({ name, shape }, index) => {
      state[name]!.forEach(
        (w, at) => (state[name]![at] = update(w, gradients[index]![at]! * scale, kept[name]![at]!, step, shape.length > 1)),
      )
    })
  }
  return state
}

const options = (optimizer: OptimizerConfig): LearnerOptions => ({
  model,
  batchShape: [B, D],
  masked: false,
  evaluationShape: [B, D],
  optimizer,
  beta1: BETA1,
  beta2: BETA2,
  epsilon: EPSILON,
  gradientClip: CLIP,
  ema: 0.9,
  seed: 0,
})
const batchAt = (step: number) => ({ levels: levels(step), mask: null, counted: B })

beforeAll(async () => {
  await startEngine()
})

describe.each(cases.map(([optimizer, update]) => ({ name: JSON.stringify(optimizer), optimizer, update })))(
  '$name',
  ({ optimizer, update }) => {
    const learners: [string, () => Learner][] = [
      ['compiled', () => createCompiledLearner(options(optimizer))],
      ['eager', () => createEagerLearner(options(optimizer), (specs, made) => nativeVariables(nativeBackend()!, specs, made))],
      ['portable', () => createEagerLearner(options(optimizer), portableVariables)],
    ]

    it('updates as the textbook does, compiled, eager and by plain ops', () => {
      const before = tf.memory().numTensors
      const expected = reference(update)
      for (const [kind, create] of learners) {
        const learner = create()
        learner.write(start())
        for (let step = 1; step <= STEPS; step++) expect(learner.step(batchAt(step), RATE, step).applied).toBe(true)
        const { weights } = learner.read()
        learner.dispose()
        for (const name of names) {
          weights
            .get(name)!
            .data.forEach((value, at) => expect(Math.abs(value - expected[name]![at]!), `${kind} ${name}[${at}]`).toBeLessThan(3e-5))
        }
      }
      expect(tf.memory().numTensors).toBe(before)
    })

    it('goes on exactly from its saved state, and keeps everything when a step is not finite', () => {
      for (const [kind, create] of learners.slice(0, 2)) {
        const [whole, broken] = [create(), create()]
        whole.write(start())
        broken.write(start())
        for (let step = 1; step <= 3; step++) for (const learner of [whole, broken]) learner.step(batchAt(step), RATE, step)
        const kept = broken.read()
        const outcome = broken.step({ levels: new Float32Array(B * D).fill(NaN), mask: null, counted: B }, RATE, 4)
        expect(outcome.applied, kind).toBe(false)
        expect(broken.read()).toEqual(kept)
        broken.dispose()
        const resumed = create()
        resumed.write(kept)
        for (let step = 4; step <= 6; step++) for (const learner of [whole, resumed]) learner.step(batchAt(step), RATE, step)
        expect(resumed.read()).toEqual(whole.read())
        for (const learner of [whole, resumed]) learner.dispose()
      }
    })
  },
)
