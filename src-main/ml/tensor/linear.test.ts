import { beforeAll, describe, expect, it } from 'vitest'
import { causalTaps } from './causalTaps'
import { gatedLinear } from './gatedLinear'
import { differenceOf, directionalError, normal } from './gradientTestSupport'
import { linear, matMul } from './linear'
import { conv2d } from './ops'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

describe('products', () => {
  it.each([[false, false], [true, false], [false, true], [true, true]])('matMul with transposes %s, %s equals plain tfjs, with both gradients', (transposeA, transposeB) => {
    const [a, b] = [transposeA ? normal('a', 3, 4) : normal('a', 4, 3), transposeB ? normal('b', 5, 3) : normal('b', 3, 5)]
    const plain = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, transposeA, transposeB)
    expect(differenceOf((x, y) => matMul(x!, y!, transposeA, transposeB), (x, y) => plain(x!, y!), [a, b])).toBeLessThan(2e-5)
    expect(directionalError((x, y) => matMul(x!, y!, transposeA, transposeB), [a, b])).toBeLessThan(1)
    tf.dispose([a, b])
  })

  it.each([[[6, 3]], [[2, 4, 3]], [[2, 2, 3, 3]]])('linear on %j equals a product and a sum, with all gradients', (shape) => {
    const [x, weight, bias] = [normal('x', ...shape), normal('weight', 3, 5), normal('bias', 5)]
    const plain = (value: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.add(tf.reshape(tf.matMul(tf.reshape(value, [-1, 3]), w as tf.Tensor2D), [...shape.slice(0, -1), 5]), b)
    expect(differenceOf((v, w, b) => linear(v!, w!, b!), (v, w, b) => plain(v!, w!, b!), [x, weight, bias])).toBeLessThan(2e-5)
    expect(differenceOf((v, w) => linear(v!, w!), (v, w) => plain(v!, w!, tf.zeros([5])), [x, weight])).toBeLessThan(2e-5)
    expect(directionalError((v, w, b) => linear(v!, w!, b!), [x, weight, bias])).toBeLessThan(1)
    tf.dispose([x, weight, bias])
  })
})

describe('gated products', () => {
  it.each([[[6, 3]], [[2, 4, 3]]])('on %j equal tanh times sigmoid of the halves, with all gradients', (shape) => {
    const inputs = [normal('x', ...shape), normal('weight', 3, 8), normal('bias', 8)]
    const plain = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const [filter, gate] = tf.split(tf.add(tf.matMul(tf.reshape(x, [-1, 3]), w as tf.Tensor2D), b), 2, 1) as [tf.Tensor, tf.Tensor]
      return tf.reshape(tf.mul(tf.tanh(filter), tf.sigmoid(gate)), [...shape.slice(0, -1), 4])
    }
    expect(differenceOf((x, w, b) => gatedLinear(x!, w!, b!), (x, w, b) => plain(x!, w!, b!), inputs)).toBeLessThan(2e-5)
    expect(directionalError((x, w, b) => gatedLinear(x!, w!, b!), inputs)).toBeLessThan(1)
    tf.dispose(inputs)
  })
})

describe('causal taps', () => {
  it.each([[[1]], [[3]], [[4, 2]], [[9]], [[]]])('at lags %j are shifts with zeros before the start', (lags) => {
    const x = normal('x', 2, 7, 3)
    const plain = (value: tf.Tensor): tf.Tensor =>
      tf.concat([...lags.map((lag) => tf.slice(tf.pad(value, [[0, 0], [lag, 0], [0, 0]]), [0, 0, 0], [2, 7, 3])), value], 2)
    expect(differenceOf((v) => causalTaps(v!, lags), (v) => plain(v!), [x])).toBeLessThan(1e-6)
    x.dispose()
  })

  it('make the dilated convolution a product, with the same gradients', () => {
    const [x, weight] = [normal('x', 2, 9, 3), normal('weight', 6, 4)]
    const convolution = (value: tf.Tensor, w: tf.Tensor): tf.Tensor => {
      const padded = tf.reshape(tf.pad(value, [[0, 0], [4, 0], [0, 0]]), [2, 1, 13, 3])
      return tf.reshape(conv2d(padded, tf.reshape(w, [1, 2, 3, 4]), 'valid', [1, 4]), [2, 9, 4])
    }
    expect(differenceOf((v, w) => linear(causalTaps(v!, [4]), w!), (v, w) => convolution(v!, w!), [x, weight])).toBeLessThan(2e-5)
    tf.dispose([x, weight])
  })
})
