import { addLogProbEntry, programLogProb } from '../evaluation/logProb'
import { ProgramBuilder } from '../tensor/program/program'
import { addTrainStep, averageName, slotName } from '../tensor/program/trainStep'
import { tf } from '../tensor/tf'
import { readTensors, zerosLike } from './learner'
import type { Learner, LearnerOptions, TensorMap } from './learner'
import { batchInputs, batchOf, batchTensors, lossAndGradients } from './objective'
import { createOptimizer } from './optimizers'
import { averageDecay } from './schedule'

/** The whole step as one TensorFlow program whose weights and moments never leave the session. Throws when an op cannot be compiled. */
export function createCompiledLearner(options: LearnerOptions): Learner {
  const { model, batchShape, masked, evaluationShape, gradientClip, ema, seed } = options
  const names = model.parameters.map(({ name }) => name)
  const shapes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, shape]))
  const optimizer = createOptimizer(options)
  const inputs = batchInputs(model, batchShape, masked)
  const builder = new ProgramBuilder()
  for (const { name, shape } of model.parameters) builder.variable({ name, shape })
  addTrainStep(builder, shapes, {
    variables: names,
    inputs,
    lossAndGradients: (tensors, parameters) => lossAndGradients(model, names, parameters, batchOf(inputs, tensors)),
    rule: optimizer.rule,
    gradientClip,
    average: ema !== null,
  })
  addLogProbEntry(builder, model, 'logProb:raw', evaluationShape)
  if (ema !== null) addLogProbEntry(builder, model, 'logProb:ema', evaluationShape, averageName(''))
  const slots = optimizer.rule.slots
  const prefixes = ['', ...slots.map((slot) => slotName(slot, '')), ...(ema === null ? [] : [averageName('')])]
  const stored = prefixes.flatMap((prefix) => model.parameters.map(({ name, shape }) => ({ name: prefix + name, shape })))
  builder.writeEntry('write', stored)
  builder.entry(
    'read',
    [],
    stored.map(({ name }) => builder.read(name)),
  )
  const program = builder.load()

  const read = (): Record<string, tf.Tensor> => {
    const tensors = program.run('read', [])
    return Object.fromEntries(stored.map(({ name }, index) => [name, tensors[index]!]))
  }
  const partOf = (tensors: Record<string, tf.Tensor>, prefix: string): TensorMap =>
    readTensors(model, Object.fromEntries(names.map((name) => [name, tensors[prefix + name]!])))

  return {
    kind: 'compiled',
    step(batch, learningRate, step) {
      return tf.tidy(() => {
        const data = batchTensors(model, batchShape, batch, seed, step)
        const scalars = [...optimizer.fed(learningRate, step), ...(ema === null ? [] : [1 - averageDecay(ema, step)])]
        const [loss, norm] = program.run('trainStep', [...data, ...scalars.map((value) => tf.scalar(value))])
        const [nats, gradientNorm] = [loss!.dataSync()[0]!, norm!.dataSync()[0]!]
        return { nats, gradientNorm, applied: Number.isFinite(nats) && Number.isFinite(gradientNorm) }
      })
    },
    logProb: (weights) => programLogProb(program, model, `logProb:${weights}`, seed),
    read() {
      const tensors = read()
      return {
        weights: partOf(tensors, ''),
        ema: ema === null ? null : partOf(tensors, averageName('')),
        slots: Object.fromEntries(slots.map((slot) => [slot, partOf(tensors, slotName(slot, ''))])),
      }
    },
    write(state) {
      const parts = [
        state.weights,
        ...slots.map((slot) => state.slots[slot] ?? zerosLike(state.weights)),
        ...(ema === null ? [] : [state.ema ?? state.weights]),
      ]
      tf.tidy(() => {
        const values = parts.flatMap((part) => model.parameters.map(({ name, shape }) => tf.tensor(part.get(name)!.data, [...shape])))
        program.run('write', values)
      })
    },
    dispose: () => program.dispose(),
  }
}
