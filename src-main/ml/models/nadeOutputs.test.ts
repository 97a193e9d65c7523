import { beforeAll, describe, expect, it } from 'vitest'
import { createLearner } from '../training/createLearner'
import { initialState } from '../training/learner'
import { initialParameters } from '../tensor/initialize'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { nadeOutputs } from './nadeOutputs'
import type { NadeShape } from './nadeOutputs'
import { familyById } from './registry'
import { imageDomain, tableDomain } from './testSupport'

beforeAll(() => startEngine())

const [batch, D, H, P] = [5, 11, 4, 3]
const random = randomStream(6, 'nade')
const normal = (...shape: number[]): tf.Tensor => tf.tensor(random.fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1))), shape)

/** The same as a whole, by the equations. */
function direct(shape: NadeShape, x: tf.Tensor, input: tf.Tensor, output: tf.Tensor, bias: tf.Tensor, rescale: tf.Tensor): tf.Tensor {
  const K = shape.levels
  const outputs = Array.from({ length: D }, (_value, i) => {
    let sums: tf.Tensor = tf.mul(tf.ones([batch, 1]), bias)
    for (let j = 0; j < i; j++) {
      const column = tf.slice(x, [0, j], [batch, 1])
      const weight = K ? tf.reshape(tf.slice(input, [j, 0, 0], [1, K, H]), [K, H]) : tf.slice(input, [j, 0], [1, H])
      const factor = K ? tf.cast(tf.oneHot(tf.cast(tf.reshape(column, [-1]), 'int32'), K), 'float32') : column
      sums = tf.add(sums, tf.matMul(factor as tf.Tensor2D, weight as tf.Tensor2D))
    }
    const scaled = tf.mul(sums, tf.slice(rescale, [i], [1]))
    const h = shape.activation === 'relu' ? tf.relu(scaled) : tf.sigmoid(scaled)
    return tf.expandDims(tf.matMul(h as tf.Tensor2D, tf.reshape(tf.slice(output, [i, 0, 0], [1, H, P]), [H, P]) as tf.Tensor2D), 1)
  })
  return tf.concat(outputs, 1)
}

describe.each([
  { levels: null, activation: 'relu', blockSize: 4 },
  { levels: null, activation: 'sigmoid', blockSize: 28 },
  { levels: 3, activation: 'sigmoid', blockSize: 4 },
] as const)('in blocks of $blockSize, $activation, levels $levels', (kind) => {
  const shape: NadeShape = { dimensions: D, hidden: H, outputs: P, ...kind }
  it('has the values and gradients of the equations', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const x = kind.levels ? tf.tensor2d(Array.from({ length: batch * D }, () => random.integer(3)), [batch, D]) : normal(batch, D)
      const weights = [kind.levels ? normal(D, 3, H) : normal(D, H), normal(D, H, P), normal(H), normal(D)]
      const upstream = normal(batch, D, P)
      const inBlocks = (...[input, output, bias, rescale]: tf.Tensor[]): tf.Tensor => nadeOutputs(shape, x, { input: input!, output: output!, bias: bias!, rescale: rescale! })
      const whole = (...[input, output, bias, rescale]: tf.Tensor[]): tf.Tensor => direct(shape, x, input!, output!, bias!, rescale!)
      const furthest = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!
      expect(furthest(inBlocks(...weights), whole(...weights))).toBeLessThan(1e-5)
      const gradients = [inBlocks, whole].map((f) => tf.grads((...all: tf.Tensor[]) => tf.sum(tf.mul(f(...all), upstream)))(weights))
      gradients[0]!.forEach((gradient, index) => expect(furthest(gradient, gradients[1]![index]!)).toBeLessThan(1e-4))
      if (!kind.levels) {
        const ofX = [inBlocks, whole].map((_f, index) =>
          tf.grad((values) => {
            const [input, output, bias, rescale] = weights as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
            return tf.sum(tf.mul(index === 0 ? nadeOutputs(shape, values, { input, output, bias, rescale }) : direct(shape, values, input, output, bias, rescale), upstream))
          })(x),
        )
        expect(furthest(ofX[0]!, ofX[1]!)).toBeLessThan(1e-4)
      }
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

/** Rows of levels that follow their predecessor closely, and wrap around now and then. */
function smoothRows(rows: number, dimensions: number, levels: number): Float32Array {
  const stream = randomStream(8, 'smooth')
  const x = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    let level = stream.integer(levels)
    for (let i = 0; i < dimensions; i++) {
      level = Math.min(levels - 1, Math.max(0, level + stream.integer(3) - 1))
      x[row * dimensions + i] = level
    }
  }
  return x
}

describe.each([
  { id: 'nade-softmax', config: { hidden: 16 }, domain: tableDomain(12, 8), most: 0.75 },
  { id: 'rnade', config: { hidden: 16, components: 3 }, domain: tableDomain(12, 32), most: 0.75 },
  { id: 'rnade', config: { hidden: 16, components: 3, conditionals: 'laplace' }, domain: tableDomain(12, 32), most: 0.75 },
  { id: 'rnade', config: { hidden: 16, components: 3, conditionals: 'logistics' }, domain: imageDomain(3, 4, 1, 32), most: 0.75 },
])('$id $config.conditionals', ({ id, config, domain, most }) => {
  it('learns in a compiled program: far better than independent dimensions', () => {
    const { description, build } = familyById(id)
    const [rows, dimensions] = [200, 12]
    const x = smoothRows(rows, dimensions, domain.levels)
    const marginals = new Float32Array(dimensions * domain.levels).fill(1 / (rows + domain.levels))
    x.forEach((level, index) => {
      const at = (index % dimensions) * domain.levels + level
      marginals[at] = marginals[at]! + 1 / (rows + domain.levels)
    })
    const model = build(description.schema.parse(config), domain, 0, { marginals })
    const learner = createLearner({ model, batchShape: [rows, dimensions], masked: false, evaluationShape: [rows, dimensions], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: 100, ema: null, seed: 0 })
    try {
      expect(learner.kind).toBe('compiled')
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      const nats: number[] = []
      for (let step = 0; step < 250; step++) nats.push(learner.step({ levels: x, mask: null, counted: rows }, 1e-2, step + 1).nats)
      expect(nats[0]).toBeLessThan(dimensions * Math.log(domain.levels) + 2)
      expect(nats.at(-1)).toBeLessThan(most * nats[0]!)
      const scored = tf.tidy(() => tf.sum(learner.logProb('raw')(tf.tensor2d(x, [rows, dimensions]))).dataSync()[0]! / rows)
      expect(Math.abs(scored + nats.at(-1)!)).toBeLessThan(2)
    } finally {
      learner.dispose()
    }
  })
})
