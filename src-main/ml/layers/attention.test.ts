import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { attendAt, causalAttention } from './attention'

beforeAll(() => startEngine())

const [batch, positions, heads, width] = [2, 250, 2, 6]
const drawn = (name: string): Float32Array => randomStream(1, name).fillNormal(new Float32Array(batch * positions * width))
const [queries, keys, values] = [drawn('q'), drawn('k'), drawn('v')]

it.each([true, false])('weighs earlier positions alone, in blocks as one by one (strict: %s)', (strict) => {
  const before = tf.memory().numTensors
  const all = tf.tidy(() => {
    const tensor = (data: Float32Array): tf.Tensor => tf.tensor(data, [batch, positions, width])
    return causalAttention(tensor(queries), tensor(keys), tensor(values), heads, strict).dataSync() as Float32Array
  })
  expect(tf.memory().numTensors).toBe(before)
  const output = new Float32Array(width)
  const weights = new Float32Array(positions)
  let worst = 0
  for (let sample = 0; sample < batch; sample++) {
    for (const position of [0, 1, 2, 111, 112, 113, 224, 249]) {
      const from = sample * positions * width
      const at = from + position * width
      const query = queries.subarray(at, at + width)
      attendAt({ query, keys, values, from, count: strict ? position : position + 1, width, heads, weights, output })
      output.forEach((value, index) => (worst = Math.max(worst, Math.abs(value - all[at + index]!))))
    }
  }
  expect(worst).toBeLessThan(1e-5)
})

it('lets no gradient reach a later position', () => {
  const [toKeys, toValues] = tf.tidy(() => {
    const tensor = (data: Float32Array): tf.Tensor => tf.tensor(data, [batch, positions, width])
    const upTo = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0, 0, 0], [batch, 120, width])
    const gradients = tf.grads((k, v) => tf.sum(tf.square(upTo(causalAttention(tensor(queries), k!, v!, heads, true)))))([tensor(keys), tensor(values)])
    return gradients.map((gradient) => gradient.dataSync() as Float32Array) as [Float32Array, Float32Array]
  })
  for (const gradient of [toKeys, toValues]) {
    for (let sample = 0; sample < batch; sample++) {
      const own = gradient.subarray(sample * positions * width, (sample + 1) * positions * width)
      expect(own.subarray(119 * width).every((value) => value === 0)).toBe(true)
      expect(own.subarray(0, 119 * width).some((value) => value !== 0)).toBe(true)
    }
  }
})
