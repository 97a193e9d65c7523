import { logProbPerDimension } from '../evaluation/logProb'
import { ProgramBuilder } from '../tensor/program/program'
import { addTrainStep } from '../tensor/program/trainStep'
import { tf } from '../tensor/tf'
import { readTensors } from './learner'
import type { Learner, LearnerOptions, TensorMap } from './learner'
import { lossAndGradients } from './objective'
import { averageDecay } from './schedule'

/** The whole step as one TensorFlow program whose weights and moments never leave the session. Throws when an op cannot be compiled. */
export function createCompiledLearner(options: LearnerOptions): Learner {
  const { model, batchShape, masked, evaluationShape, beta1, beta2, epsilon, gradientClip, ema } = options
  const names = model.parameters.map(({ name }) => name)
  const shapes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, shape]))
  const builder = new ProgramBuilder()
  for (const { name, shape } of model.parameters) builder.variable({ name, shape })
  addTrainStep(builder, shapes, {
    variables: names,
    inputs: ['levels', ...(masked ? ['mask'] : [])].map((name) => ({ name, dtype: 'float32', shape: batchShape })),
    lossAndGradients: ([levels, mask], parameters) => lossAndGradients(model, names, parameters, levels!, mask ?? null),
    beta1,
    beta2,
    epsilon,
    gradientClip,
    average: ema !== null,
  })
  const scorings = [{ entry: 'logProb:raw', prefix: '' }, ...(ema === null ? [] : [{ entry: 'logProb:ema', prefix: 'ema:' }])]
  for (const { entry, prefix } of scorings) {
    const variables = names.map((name) => prefix + name)
    const { inputs, outputs } = builder.trace([{ name: 'levels', dtype: 'float32', shape: evaluationShape }], variables, ([levels], values) => [
      logProbPerDimension(model, Object.fromEntries(names.map((name) => [name, values[prefix + name]!])), levels!),
    ])
    builder.entry(entry, inputs, outputs)
  }
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
    step({ levels, mask }, learningRate, step) {
      return tf.tidy(() => {
        const data = [tf.tensor2d(levels, batchShape), ...(mask ? [tf.tensor2d(mask, batchShape)] : [])]
        const scalars = [learningRate, beta1 ** step, beta2 ** step, ...(ema === null ? [] : [1 - averageDecay(ema, step)])]
        const [loss, norm] = program.run('trainStep', [...data, ...scalars.map((value) => tf.scalar(value))])
        return { nats: loss!.dataSync()[0]!, gradientNorm: norm!.dataSync()[0]! }
      })
    },
    logProb: (weights) => (x) => program.run(`logProb:${weights}`, [x])[0]!,
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
