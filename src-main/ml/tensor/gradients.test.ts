import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { causalTaps } from './causalTaps'
import { gatedLinear } from './gatedLinear'
import { differenceOf, directionalError, normal } from './gradientTestSupport'
import type { TensorFunction } from './gradientTestSupport'
import { linear } from './linear'
import { bernoulliLogProb, biasAdd, categoricalLogProb, conv2d, cumsum, logSoftmax, relu, sigmoid, softplus, sum, sumAll, tanh } from './ops'
import { ProgramBuilder } from './program/program'
import { rowsOf } from './rowsOf'
import { startEngine } from './startEngine'
import { tf } from './tf'

interface Case {
  name: string
  f: TensorFunction
  inputs(): tf.Tensor[]
}

const levels = (): tf.Tensor => tf.tensor2d([[0, 3, 1], [2, 2, 0]])
const cases: Case[] = [
  // Away from the kink, where no difference quotient is a derivative.
  { name: 'relu', f: (x) => relu(x!), inputs: () => [tf.tidy(() => tf.add(normal('x', 3, 4), tf.mul(0.5, tf.sign(normal('x', 3, 4)))))] },
  { name: 'sigmoid', f: (x) => sigmoid(x!), inputs: () => [normal('x', 3, 4)] },
  { name: 'tanh', f: (x) => tanh(x!), inputs: () => [normal('x', 3, 4)] },
  { name: 'softplus', f: (x) => softplus(x!), inputs: () => [normal('x', 3, 4)] },
  { name: 'logSoftmax', f: (x) => logSoftmax(x!), inputs: () => [normal('x', 2, 3, 5)] },
  { name: 'biasAdd', f: (x, b) => biasAdd(x!, b!), inputs: () => [normal('x', 2, 3, 4), normal('bias', 4)] },
  { name: 'sum of the middle axis', f: (x) => sum(x!, [1]), inputs: () => [normal('x', 2, 3, 4)] },
  { name: 'sumAll', f: (x) => sumAll(x!), inputs: () => [normal('x', 2, 3)] },
  { name: 'bernoulliLogProb', f: (l) => bernoulliLogProb(l!, tf.tensor2d([[0, 1, 1], [1, 0, 0]])), inputs: () => [normal('logits', 2, 3)] },
  { name: 'categoricalLogProb', f: (l) => categoricalLogProb(l!, levels()), inputs: () => [normal('logits', 2, 3, 4)] },
  { name: 'rows of an embedding', f: (table) => rowsOf(table!, tf.cast(levels(), 'int32')), inputs: () => [normal('table', 4, 5)] },
  { name: 'dilated conv2d', f: (x, w) => conv2d(x!, w!, 'valid', [1, 3]), inputs: () => [normal('x', 2, 1, 9, 3), normal('w', 1, 2, 3, 4)] },
  { name: 'causalTaps', f: (x) => causalTaps(x!, [4, 2]), inputs: () => [normal('x', 2, 6, 3)] },
  { name: 'linear', f: (x, w, b) => linear(x!, w!, b!), inputs: () => [normal('x', 2, 3, 4), normal('w', 4, 5), normal('b', 5)] },
  { name: 'gatedLinear', f: (x, w, b) => gatedLinear(x!, w!, b!), inputs: () => [normal('x', 2, 3, 4), normal('w', 4, 6), normal('b', 6)] },
  ...[0, 1, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => ({
        name: `cumsum along axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
        f: ((x) => cumsum(x!, axis, { exclusive, reverse })) satisfies TensorFunction,
        inputs: () => [normal('x', 2, 3, 4)],
      })),
    ),
  ),
]

beforeAll(async () => {
  await startEngine()
})

describe.each(cases)('$name', ({ f, inputs: make }) => {
  let inputs: tf.Tensor[]
  beforeAll(() => {
    inputs = make()
  })
  afterAll(() => tf.dispose(inputs))

  it('has the gradients that finite differences give', () => {
    expect(directionalError(f, inputs)).toBeLessThan(1)
  })

  it('compiles, with its gradients, to the numbers of eager execution', () => {
    const valuesOf: (given: tf.Tensor[]) => tf.Tensor[] = (given) => [
      tf.tidy(() => f(...given)),
      ...tf.grads((...xs: tf.Tensor[]) => tf.tidy(() => sumAll(tf.square(f(...xs)))))(given),
    ]
    const eager = valuesOf(inputs)
    const builder = new ProgramBuilder()
    const specs = inputs.map(({ shape }, index) => ({ name: `input ${index}`, dtype: 'float32' as const, shape }))
    const traced = builder.trace(specs, [], valuesOf)
    builder.entry('values', traced.inputs, traced.outputs)
    const program = builder.load()
    const compiled = program.run('values', inputs)
    compiled.forEach((value, index) => {
      expect(value.shape).toEqual(eager[index]!.shape)
      expect(tf.tidy(() => tf.max(tf.abs(tf.sub(value, eager[index]!))).dataSync()[0]!)).toBeLessThan(1e-4)
    })
    program.dispose()
    tf.dispose([eager, compiled])
  })
})

it('cumsum equals the product with a triangle of ones', () => {
  const x = normal('x', 2, 5, 3)
  const plain: TensorFunction = (value) => {
    const step = tf.range(0, 5)
    const earlier = tf.cast(tf.less(tf.expandDims(step, 0), tf.expandDims(step, 1)), 'float32') // [5, 5], 1 where column < row
    return tf.transpose(tf.reshape(tf.matMul(earlier as tf.Tensor2D, tf.reshape(tf.transpose(value!, [1, 0, 2]), [5, 6]) as tf.Tensor2D), [5, 2, 3]), [1, 0, 2])
  }
  expect(differenceOf((value) => cumsum(value!, 1, { exclusive: true }), plain, [x])).toBeLessThan(2e-5)
  x.dispose()
})
