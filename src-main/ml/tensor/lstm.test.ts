import { beforeAll, describe, expect, it } from 'vitest'
import { lstm, unrolledLstm } from './lstm'
import { gradientsByKernel, gradientsByStep } from './lstmGradient'
import type { LstmStates } from './lstmGradient'
import { attributes, executeWithInteger, nativeBackend } from './native'
import { sumAll } from './ops'
import { ProgramBuilder } from './program/program'
import { randomStream } from './random'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

const normal = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(randomStream(2, name).fillNormal(new Float32Array(shape.reduce((product, size) => product * size, 1))), shape)

type Recurrence = typeof lstm
/** Σ c·h for fixed random c. */
const loss = (recurrence: Recurrence, x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Scalar => {
  const h = recurrence(x, weight, bias)
  return sumAll(tf.mul(h, normal('upstream', ...h.shape)))
}
const gap = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!)

describe('long short-term memory', () => {
  it.each([[1, 1, 1, 1], [7, 3, 2, 5], [20, 9, 6, 8], [5, 2, 3, 100]])('of %i steps, batch %i, %i inputs, %i units equals the unrolled one, with all gradients', (steps, batch, inputs, hidden) => {
    const before = tf.memory().numTensors
    const operands = [normal('x', steps, batch, inputs), normal('weight', inputs + hidden, 4 * hidden), normal('bias', 4 * hidden)] as const
    const values = [lstm, unrolledLstm].map((recurrence) => recurrenceValues(recurrence, operands))
    expect(values[0]![0]!.shape).toEqual([steps, batch, hidden])
    values[0]!.forEach((mine, index) => {
      expect(mine.shape).toEqual(values[1]![index]!.shape)
      expect(gap(mine, values[1]![index]!)).toBeLessThan(2e-4)
    })
    tf.dispose([...values.flat(), ...operands])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has the gradients that finite differences give', () => {
    const operands = [normal('x', 6, 2, 3), normal('weight', 7, 16), normal('bias', 16)] as const
    const gradients = tf.grads((x, weight, bias) => loss(lstm, x, weight, bias))([...operands])
    operands.forEach((operand, index) => {
      const direction = normal(`direction ${index}`, ...operand.shape)
      const along = tf.tidy(() => sumAll(tf.mul(gradients[index]!, direction)).dataSync()[0]!)
      const at = (step: number): number =>
        tf.tidy(() => {
          const [x, weight, bias] = operands.map((value, other) => (other === index ? tf.add(value, tf.mul(direction, step)) : value))
          return loss(lstm, x!, weight!, bias!).dataSync()[0]!
        })
      const measured = (at(1e-3) - at(-1e-3)) / 2e-3
      expect(Math.abs(measured - along)).toBeLessThan(0.01 * Math.abs(along) + 0.02)
      direction.dispose()
    })
    tf.dispose([...gradients, ...operands])
  })

  it('has the same gradients by the kernel that long sequences take', () => {
    const native = nativeBackend()!
    const [x, weight, bias] = [normal('x', 6, 3, 2), normal('weight', 6, 16), normal('bias', 16)]
    const upstream = normal('upstream', 6, 3, 4)
    const state = tf.zeros([3, 4])
    const peephole = tf.zeros([4])
    const { float32, float, boolean } = attributes(native)
    const operands = [x, state, state, weight, peephole, peephole, peephole, bias]
    const states = executeWithInteger(native, 'BlockLSTMV2', [float32(), float('cell_clip', 0), boolean('use_peephole', false)], 6, operands, 7) as unknown as LstmStates
    const [apart, whole] = [gradientsByStep, gradientsByKernel].map((gradients) => tf.tidy(() => Object.values(gradients(native, upstream, { x, weight, bias, states }))))
    apart!.forEach((mine, index) => expect(gap(mine, whole![index]!)).toBeLessThan(2e-5))
    tf.dispose([...operands, ...states, ...apart!, ...whole!, upstream])
  })

  it('clips no cell', () => {
    // Constant gates of about 1 let the cell count the steps.
    const [x, weight, bias] = [tf.zeros([12, 1, 1]), tf.zeros([2, 4]), tf.tensor1d([20, 20, 20, 20])]
    const cells = tf.tidy(() => Array.from(lstm(x, weight, bias).dataSync()))
    cells.forEach((value, step) => expect(value).toBeCloseTo(Math.tanh(step + 1), 5))
    tf.dispose([x, weight, bias])
  })

  it('compiles, with its gradient, to the same numbers', () => {
    const operands = [normal('x', 9, 2, 3), normal('weight', 7, 16), normal('bias', 16)] as const
    const eager = recurrenceValues(lstm, operands)
    const builder = new ProgramBuilder()
    const inputs = operands.map(({ shape }, index) => ({ name: `input ${index}`, dtype: 'float32' as const, shape }))
    const traced = builder.trace(inputs, [], ([x, weight, bias]) => recurrenceValues(lstm, [x!, weight!, bias!]))
    builder.entry('values', traced.inputs, traced.outputs)
    const program = builder.load()
    const compiled = program.run('values', operands)
    compiled.forEach((value, index) => expect(gap(value, eager[index]!)).toBeLessThan(1e-5))
    program.dispose()
    tf.dispose([...eager, ...compiled, ...operands])
  })
})

/** h and the gradients of `loss` with respect to x, weight and bias. */
function recurrenceValues(recurrence: Recurrence, operands: readonly [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor[] {
  return [tf.tidy(() => recurrence(...operands)), ...tf.grads((x, weight, bias) => loss(recurrence, x, weight, bias))([...operands])]
}
