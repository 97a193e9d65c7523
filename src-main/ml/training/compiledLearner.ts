import { addLogProbEntry, programLogProb } from '../evaluation/logProb'
import { ProgramBuilder } from '../tensor/program/program'
import { addTrainStep, averageName, slotName } from '../tensor/program/trainStep'
import { tf } from '../tensor/tf'
import { zerosLike } from './learner'
import type { Learner, LearnerOptions } from './learner'
import { batchInputs, batchOf, batchTensors, lossAndGradients } from './objective'
import { createOptimizer } from './optimizers'
import { beyondParts, partValues, storedVariables, wholeParameters } from './partition'
import type { Beyond } from './partition'
import { averageDecay } from './schedule'

/** The whole step as one TensorFlow program whose weights and moments never leave the session. Throws when an op cannot be compiled. */
export function createCompiledLearner(options: LearnerOptions): Learner {
  const { model, batchShape, masked, evaluationShape, gradientClip, ema, seed } = options
  const variables = storedVariables(model.parameters)
  const names = variables.map(({ name }) => name)
  const optimizer = createOptimizer(options)
  const inputs = batchInputs(model, batchShape, masked)
  const builder = new ProgramBuilder()
  for (const { name, shape } of variables) builder.variable({ name, shape })
  addTrainStep(builder, Object.fromEntries(variables.map(({ name, shape }) => [name, shape])), {
    variables: names,
    inputs,
    lossAndGradients: (tensors, parameters) => lossAndGradients(model, names, parameters, batchOf(inputs, tensors)),
    rule: optimizer.rule,
    gradientClip,
    average: ema !== null,
  })
  addLogProbEntry(builder, model, 'logProb:raw', evaluationShape, '', names)
  if (ema !== null) addLogProbEntry(builder, model, 'logProb:ema', evaluationShape, averageName(''), names)
  const slots = optimizer.rule.slots
  const prefixes = ['', ...slots.map((slot) => slotName(slot, '')), ...(ema === null ? [] : [averageName('')])]
  const stored = prefixes.flatMap((prefix) => variables.map(({ name, shape }) => ({ name: prefix + name, shape })))
  builder.writeEntry('write', stored)
  builder.entry(
    'read',
    [],
    stored.map(({ name }) => builder.read(name)),
  )
  const program = builder.load()
  /** By prefix, of what was written last; the optimizer's slots are 0 there, since no gradient comes. */
  let beyond: Beyond[] = []

  return {
    kind: 'compiled',
    step(batch, learningRate, step, observe) {
      return tf.tidy(() => {
        const data = batchTensors(model, batchShape, batch, seed, step)
        const scalars = [...optimizer.fed(learningRate, step), ...(ema === null ? [] : [1 - averageDecay(ema, step)])]
        const entry = observe ? 'trainStepObserved' : 'trainStep'
        const [loss, norm, ...tensors] = program.run(entry, [...data, ...scalars.map((value) => tf.scalar(value))])
        const [nats, gradientNorm] = [loss!.dataSync()[0]!, norm!.dataSync()[0]!]
        if (observe) {
          const valuesOf = (tensor: tf.Tensor | undefined): Float32Array => tensor!.dataSync() as Float32Array
          variables.forEach(({ parameter }, index) => observe(parameter.name, valuesOf(tensors[index]), valuesOf(tensors[names.length + index])))
        }
        return { nats, gradientNorm, applied: Number.isFinite(nats) && Number.isFinite(gradientNorm) }
      })
    },
    logProb: (weights) => programLogProb(program, model, `logProb:${weights}`, seed),
    read() {
      const tensors = program.run('read', [])
      const values = tensors.map((tensor) => tensor.dataSync() as Float32Array)
      const parts = prefixes.map((_prefix, index) => {
        const own = values.slice(index * variables.length, (index + 1) * variables.length)
        return wholeParameters(variables, own, beyond[index]!)
      })
      tf.dispose(tensors)
      return {
        weights: parts[0]!,
        ema: ema === null ? null : parts.at(-1)!,
        slots: Object.fromEntries(slots.map((slot, index) => [slot, parts[index + 1]!])),
      }
    },
    write(state) {
      const average = ema === null ? [] : [state.ema ?? state.weights]
      const written = [state.weights, ...slots.map((slot) => state.slots[slot] ?? zerosLike(state.weights)), ...average]
      const kept = beyondParts(model.parameters, state.weights)
      beyond = [kept, ...slots.map((): Beyond => new Map()), ...average.map((whole) => (whole === state.weights ? kept : beyondParts(model.parameters, whole)))]
      tf.tidy(() => {
        const values = written.flatMap((whole) =>
          partValues(variables, whole).map((data, index) => tf.tensor(data, [...variables[index]!.shape])),
        )
        program.run('write', values)
      })
    },
    dispose: () => program.dispose(),
  }
}
