import { beforeAll, describe, expect, it } from 'vitest'
import { bernoulliLogProb, biasAdd, categoricalLogProb, conv2d, logSoftmax, relu, sigmoid, softplus, sum, sumAll, tanh } from './ops'
import { nativeBackend } from './native'
import { randomStream } from './random'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

const normal = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(randomStream(1, name).fillNormal(new Float32Array(shape.reduce((product, size) => product * size, 1))), shape)

type Function = (...inputs: tf.Tensor[]) => tf.Tensor

/** Largest difference of values and of all gradients of Σ c·f for fixed random c; also fails on a leaked tensor. */
function difference(ours: Function, plain: Function, inputs: tf.Tensor[]): number {
  const before = tf.memory().numTensors
  const weighted = (f: Function): Function => (...xs) => tf.tidy(() => {
    const y = f(...xs)
    return tf.sum(tf.mul(y, normal('weights', ...y.shape)))
  })
  const outcomes = [ours, plain].map((f) => [tf.tidy(() => f(...inputs)), ...tf.grads(weighted(f))(inputs)])
  const gap = tf.tidy(() =>
    Math.max(...outcomes[0]!.map((mine, index) => {
      const theirs = outcomes[1]![index]!
      expect(mine.shape).toEqual(theirs.shape)
      return tf.max(tf.abs(tf.sub(mine, theirs))).dataSync()[0]!
    })))
  tf.dispose(outcomes)
  expect(tf.memory().numTensors).toBe(before)
  return gap
}

describe('ops with gradients of their own', () => {
  it('runs natively here', () => {
    expect(nativeBackend()).not.toBeNull()
  })

  const elementwise: [string, Function, Function][] = [
    ['relu', relu, (x) => tf.relu(x)],
    ['sigmoid', sigmoid, (x) => tf.sigmoid(x)],
    ['tanh', tanh, (x) => tf.tanh(x)],
    ['softplus', softplus, (x) => tf.softplus(x)],
    ['logSoftmax', logSoftmax, (x) => tf.logSoftmax(x)],
    ['sumAll', sumAll, (x) => tf.sum(x)],
    ['sum over the middle axis', (x) => sum(x, [1]), (x) => tf.sum(x, 1)],
    ['sum over the outer axes', (x) => sum(x, [0, -1]), (x) => tf.sum(x, [0, 2])],
  ]
  it.each(elementwise)('%s equals plain tfjs, values and gradients', (_name, ours, plain) => {
    const x = normal('x', 3, 4, 5)
    expect(difference(ours, plain, [x])).toBeLessThan(2e-5)
    x.dispose()
  })

  it('biasAdd equals a broadcast addition', () => {
    const [x, bias] = [normal('x', 3, 4, 5), normal('bias', 5)]
    expect(difference((a, b) => biasAdd(a!, b!), (a, b) => tf.add(a!, b!), [x, bias])).toBeLessThan(2e-5)
    tf.dispose([x, bias])
  })

  it('bernoulliLogProb is x·l − softplus(l), finite at extreme logits', () => {
    const [logits, x] = [normal('logits', 6, 7), tf.tidy(() => tf.cast(tf.greater(normal('x', 6, 7), 0), 'float32'))]
    const gap = difference((l) => bernoulliLogProb(l!, x), (l) => tf.sub(tf.mul(x, l!), tf.softplus(l!)), [logits])
    expect(gap).toBeLessThan(2e-5)
    const extreme = tf.tidy(() => bernoulliLogProb(tf.tensor1d([100, -100, 100, -100]), tf.tensor1d([1, 0, 0, 1])).dataSync())
    expect([...extreme].map((value) => value + 0)).toEqual([0, 0, -100, -100])
    tf.dispose([logits, x])
  })

  it('categoricalLogProb picks the log-probability of each level', () => {
    const logits = normal('logits', 2, 3, 4)
    const levels = tf.tensor2d([[0, 1, 2], [3, 3, 0]])
    const plain: Function = (l) => tf.sum(tf.mul(tf.oneHot(tf.cast(levels, 'int32'), 4), tf.logSoftmax(l!)), -1)
    expect(difference((l) => categoricalLogProb(l!, levels), plain, [logits])).toBeLessThan(2e-5)
    tf.dispose([logits, levels])
  })

  it.each([['same', 3, 3], ['valid', 3, 3], ['same', 7, 7], ['valid', 1, 2], ['same', 1, 1]] as const)('conv2d %s %i×%i equals tf.conv2d', (padding, rows, columns) => {
    const [x, filter] = [normal('x', 2, 8, 9, 3), normal('filter', rows, columns, 3, 4)]
    const plain: Function = (a, w) => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, 1, padding)
    expect(difference((a, w) => conv2d(a!, w!, padding), plain, [x, filter])).toBeLessThan(2e-4)
    tf.dispose([x, filter])
  })

  it.each([['valid', 1, 2, [1, 4]], ['same', 3, 3, 2], ['valid', 2, 3, [2, 3]]] as const)('conv2d %s %i×%i dilated %j equals the sum over taps', (padding, rows, columns, dilation) => {
    const [x, filter] = [normal('x', 2, 9, 11, 3), normal('filter', rows, columns, 3, 4)]
    const [down, across] = typeof dilation === 'number' ? [dilation, dilation] : dilation
    const plain: Function = (a, w) => {
      const [spanDown, spanAcross] = [(rows - 1) * down, (columns - 1) * across]
      const pads = padding === 'same' ? [spanDown >> 1, spanAcross >> 1] : [0, 0]
      const padded = padding === 'same' ? tf.pad(a!, [[0, 0], [pads[0]!, spanDown - pads[0]!], [pads[1]!, spanAcross - pads[1]!], [0, 0]]) : a!
      const size = [2, padded.shape[1]! - spanDown, padded.shape[2]! - spanAcross]
      const taps: tf.Tensor[] = []
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const shifted = tf.reshape(tf.slice(padded, [0, i * down, j * across, 0], [...size, 3]), [-1, 3])
          taps.push(tf.matMul(shifted as tf.Tensor2D, tf.reshape(tf.slice(w!, [i, j, 0, 0], [1, 1, 3, 4]), [3, 4]) as tf.Tensor2D))
        }
      }
      return tf.reshape(tf.addN(taps), [...size, 4])
    }
    expect(difference((a, w) => conv2d(a!, w!, padding, dilation), plain, [x, filter])).toBeLessThan(2e-4)
    tf.dispose([x, filter])
  })

  it('computes the gradient of an input only where it is asked for', () => {
    const native = nativeBackend()!
    const [x, filter] = [normal('x', 2, 8, 9, 3), normal('filter', 3, 3, 3, 4)]
    const ran: string[] = []
    const original = native.executeSingleOutput
    native.executeSingleOutput = (op, attributes, inputs) => {
      ran.push(op)
      return original.call(native, op, attributes, inputs)
    }
    tf.dispose(tf.grad((w) => sumAll(conv2d(x, w, 'same')))(filter))
    native.executeSingleOutput = original
    expect(ran).toContain('Conv2DBackpropFilter')
    expect(ran).not.toContain('Conv2DBackpropInput')
    tf.dispose([x, filter])
  })
})
