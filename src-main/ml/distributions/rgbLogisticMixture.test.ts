import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { discretizedLogisticMixture } from './discretizedLogisticMixture'
import { logisticLogMassAt } from './logisticMass'
import { rgbConditionalAt, rgbConditionals, rgbLogProb } from './rgbLogisticMixture'

beforeAll(() => startEngine())

const [levels, M] = [4, 3]
const distribution = discretizedLogisticMixture(levels, M)
const pixel = randomStream(3, 'pixel').fillNormal(new Float32Array(10 * M))
const colours = Array.from({ length: levels ** 3 }, (_value, index) => [Math.floor(index / levels ** 2), Math.floor(index / levels) % levels, index % levels])
const pixels = (): tf.Tensor => tf.tile(tf.tensor(pixel, [1, 1, 10 * M]), [colours.length, 1, 1])

it('is a joint distribution of the three channels: its 64 colours sum to 1 and equal the mixture of the paper', () => {
  const perChannel = tf.tidy(() => rgbLogProb(pixels(), tf.tensor2d(colours), levels).arraySync() as number[][])
  const joint = perChannel.map((row) => row.reduce((sum, value) => sum + value, 0))
  expect(joint.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4)
  const at = (part: number, m: number): number => pixel[part * M + m]!
  const normaliser = Math.log([0, 1, 2].reduce((sum, m) => sum + Math.exp(at(0, m)), 0))
  colours.forEach((colour, index) => {
    const [r, g] = colour.map((level) => (2 * level) / (levels - 1) - 1) as [number, number]
    let total = 0
    for (let m = 0; m < M; m++) {
      const means = [at(1, m), at(2, m) + Math.tanh(at(7, m)) * r, at(3, m) + Math.tanh(at(8, m)) * r + Math.tanh(at(9, m)) * g]
      total += Math.exp(colour.reduce((sum, level, channel) => sum + logisticLogMassAt(level, means[channel]!, at(4 + channel, m), levels), at(0, m) - normaliser))
    }
    expect(joint[index]).toBeCloseTo(Math.log(total), 4)
  })
})

it('its conditionals are those of the joint distribution, and see no later channel', () => {
  const [viaConditionals, direct, conditionals] = tf.tidy(() => {
    const x = tf.tensor2d(colours)
    const parameters = rgbConditionals(pixels(), x, levels)
    return [distribution.logProb(parameters, x).arraySync(), rgbLogProb(pixels(), x, levels).arraySync(), parameters.arraySync()] as [number[][], number[][], number[][][]]
  })
  viaConditionals.forEach((row, index) => row.forEach((value, channel) => expect(value).toBeCloseTo(direct[index]![channel]!, 4)))
  colours.forEach((colour, index) =>
    colours.forEach((other, second) => {
      if (colour[0] === other[0]) expect(conditionals[index]![1]).toEqual(conditionals[second]![1])
      if (colour[0] === other[0] && colour[1] === other[1]) expect(conditionals[index]![2]).toEqual(conditionals[second]![2])
    }),
  )
})

it('gives a sampler the same conditionals, one channel after another', () => {
  const conditionals = tf.tidy(() => rgbConditionals(pixels(), tf.tensor2d(colours), levels).arraySync() as number[][][])
  const out = new Float32Array(3 * M)
  colours.forEach((colour, index) => {
    for (let channel = 0; channel < 3; channel++) {
      rgbConditionalAt(pixel, 0, M, colour, channel, levels, out, 0)
      out.forEach((value, parameter) => expect(Math.abs(value - conditionals[index]![channel]![parameter]!)).toBeLessThan(1e-4))
    }
  })
})

it('has the gradient of its finite differences, by both ways', () => {
  const x = [3, 0, 2]
  const loss = (values: Float32Array, way: 'direct' | 'conditionals'): number =>
    tf.tidy(() => {
      const all = tf.tensor(values, [1, 1, 10 * M])
      const rows = tf.tensor2d([x])
      return tf.sum(way === 'direct' ? rgbLogProb(all, rows, levels) : distribution.logProb(rgbConditionals(all, rows, levels), rows)).dataSync()[0]!
    })
  for (const way of ['direct', 'conditionals'] as const) {
    const gradient = tf.tidy(() =>
      tf
        .grad((all) => {
          const rows = tf.tensor2d([x])
          return tf.sum(way === 'direct' ? rgbLogProb(all, rows, levels) : distribution.logProb(rgbConditionals(all, rows, levels), rows))
        })(tf.tensor(pixel, [1, 1, 10 * M]))
        .dataSync(),
    )
    for (let index = 0; index < 10 * M; index++) {
      const at = (shift: number): number => loss(pixel.map((value, own) => (own === index ? value + shift : value)), way)
      expect(Math.abs(gradient[index]! - (at(1e-2) - at(-1e-2)) / 2e-2)).toBeLessThan(5e-3)
    }
  }
})
