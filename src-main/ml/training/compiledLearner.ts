import { addLogProbEntry, programLogProb } from '../evaluation/logProb'
import { ProgramBuilder } from '../tensor/program/program'
import { addTrainStep } from '../tensor/program/trainStep'
import { tf } from '../tensor/tf'
import { readTensors } from './learner'
import type { Learner, LearnerOptions, TensorMap } from './learner'
import { batchInputs, batchOf, batchTensors, lossAndGradients } from './objective'
import { averageDecay } from './schedule'

/** The whole step as one TensorFlow program whose weights and moments never leave the session. Throws when an op cannot be compiled. */
export function createCompiledLearner(options: LearnerOptions): Learner {
  const { model, batchShape, masked, evaluationShape, beta1, beta2, epsilon, gradientClip, ema, seed } = options
  const names = model.parameters.map(({ name }) => name)
  const shapes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, shape]))
  const inputs = batchInputs(model, batchShape, masked)
  const builder = new ProgramBuilder()
  for (const { name, shape } of model.parameters) builder.variable({ name, shape })
  addTrainStep(builder, shapes, {
    variables: names,
    inputs,
    lossAndGradients: (tensors, parameters) => lossAndGradients(model, names, parameters, batchOf(inputs, tensors)),
    beta1,
    beta2,
    epsilon,
    gradientClip,
    average: ema !== null,
  })
  addLogProbEntry(builder, model, 'logProb:raw', evaluationShape)
  if (ema !== null) addLogProbEntry(builder, model, 'logProb:ema', evaluationShape, 'ema:')
  const prefixes = ['', 'adam.m:', 'adam.v:', ...(ema === null ? [] : ['ema:'])]
  const stored = prefixes.flatMap((prefix) => model.parameters.map(({ name, shape }) => ({ name: prefix + name, shape })))
  builder.writeEntry('write', stored)
  builder.entry('read', [], stored.map(({ name }) => builder.read(name)))
  const program = builder.load()

  const read = (): Record<string, tf.Tensor> => {
    const tensors = program.run('read', [])
    return Object.fromEntries(stored.map(({ name }, index) => [name, tensors[index]!]))
  }
  const partOf = (tensors: Record<string, tf.Tensor>, prefix: string): TensorMap => readTensors(model, Object.fromEntries(names.map((name) => [name, tensors[prefix + name]!])))

  return {
    kind: 'compiled',
    step(batch, learningRate, step) {
      return tf.tidy(() => {
        const data = batchTensors(model, batchShape, batch, seed, step)
        const scalars = [learningRate, beta1 ** step, beta2 ** step, ...(ema === null ? [] : [1 - averageDecay(ema, step)])]
        const [loss, norm] = program.run('trainStep', [...data, ...scalars.map((value) => tf.scalar(value))])
        return { nats: loss!.dataSync()[0]!, gradientNorm: norm!.dataSync()[0]! }
      })
    },
    logProb: (weights) => programLogProb(program, model, `logProb:${weights}`, seed),
    read() {
      const tensors = read()
      return {
        weights: partOf(tensors, ''),
        ema: ema === null ? null : partOf(tensors, 'ema:'),
        firstMoment: partOf(tensors, 'adam.m:'),
        secondMoment: partOf(tensors, 'adam.v:'),
      }
    },
    write(state) {
      const parts: Record<string, TensorMap> = { '': state.weights, 'adam.m:': state.firstMoment, 'adam.v:': state.secondMoment, 'ema:': state.ema ?? state.weights }
      tf.tidy(() => {
        const values = prefixes.flatMap((prefix) => model.parameters.map(({ name, shape }) => tf.tensor(parts[prefix]!.get(name)!.data, [...shape])))
        program.run('write', values)
      })
    },
    dispose: () => program.dispose(),
  }
}
