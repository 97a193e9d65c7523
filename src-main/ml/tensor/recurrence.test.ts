import { beforeAll, describe, expect, it } from 'vitest'
import { differenceOf, directionalError, normal } from './gradientTestSupport'
import type { TensorFunction } from './gradientTestSupport'
import { sumAll } from './ops'
import { ProgramBuilder } from './program/program'
import { elman, gru, unrolledGru } from './recurrence'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

const plainElman: TensorFunction = (x, weight, bias) => {
  const [length, batch, inputs] = x!.shape as [number, number, number]
  let h: tf.Tensor = tf.zeros([batch, bias!.shape[0]!])
  const states = Array.from({ length }, (_value, step) => {
    const given = tf.reshape(tf.slice(x!, [step, 0, 0], [1, batch, inputs]), [batch, inputs])
    h = tf.tanh(tf.add(tf.matMul(tf.concat([given, h], 1) as tf.Tensor2D, weight! as tf.Tensor2D), bias!))
    return h
  })
  return tf.stack(states)
}
const asFunction =
  (cell: typeof gru): TensorFunction =>
  (x, gates, gatesBias, candidate, candidateBias) =>
    cell(x!, { gates: gates!, gatesBias: gatesBias!, candidate: candidate!, candidateBias: candidateBias! })

/** Weights of moderate size, so that gates are not saturated. */
const small = (name: string, ...shape: number[]): tf.Tensor => tf.tidy(() => tf.mul(normal(name, ...shape), 0.5))
const elmanInputs = (length: number, batch: number, inputs: number, hidden: number): tf.Tensor[] =>
  [normal('x', length, batch, inputs), small('weight', inputs + hidden, hidden), small('bias', hidden)]
const gruInputs = (length: number, batch: number, inputs: number, hidden: number): tf.Tensor[] => [
  normal('x', length, batch, inputs),
  small('gates', inputs + hidden, 2 * hidden),
  small('gates bias', 2 * hidden),
  small('candidate', inputs + hidden, hidden),
  small('candidate bias', hidden),
]
const cells = [
  { name: 'the simple recurrent net', cell: ((x, weight, bias) => elman(x!, weight!, bias!)) satisfies TensorFunction, plain: plainElman, inputs: elmanInputs },
  { name: 'gated recurrent units', cell: asFunction(gru), plain: asFunction(unrolledGru), inputs: gruInputs },
]

describe.each(cells)('$name', ({ cell, plain, inputs: make }) => {
  it.each([[1, 1, 1, 1], [2, 3, 2, 4], [15, 4, 3, 6]])('of %i steps, batch %i, %i inputs, %i units equals the unrolled form, with all gradients', (...sizes) => {
    const inputs = make(...(sizes as [number, number, number, number]))
    expect(differenceOf(cell, plain, inputs)).toBeLessThan(1e-4)
    tf.dispose(inputs)
  })

  it('has the gradients that finite differences give', () => {
    const inputs = make(6, 2, 3, 4)
    expect(directionalError(cell, inputs, 3e-3)).toBeLessThan(1)
    tf.dispose(inputs)
  })

  it('compiles, with its gradients, to the same numbers', () => {
    const inputs = make(9, 2, 3, 4)
    const values = (given: tf.Tensor[]): tf.Tensor[] => [
      tf.tidy(() => cell(...given)),
      ...tf.grads((...xs: tf.Tensor[]) => tf.tidy(() => sumAll(tf.square(cell(...xs)))))(given),
    ]
    const eager = values(inputs)
    const builder = new ProgramBuilder()
    const traced = builder.trace(inputs.map(({ shape }, index) => ({ name: `input ${index}`, dtype: 'float32' as const, shape })), [], values)
    builder.entry('values', traced.inputs, traced.outputs)
    const program = builder.load()
    const compiled = program.run('values', inputs)
    compiled.forEach((value, index) => expect(tf.tidy(() => tf.max(tf.abs(tf.sub(value, eager[index]!))).dataSync()[0]!)).toBeLessThan(1e-4))
    program.dispose()
    tf.dispose([inputs, eager, compiled])
  })
})
