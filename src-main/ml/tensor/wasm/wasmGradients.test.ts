import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startEngine } from '../startEngine.js'
import type { tf as Tf } from '../tf.js'
import { tf } from '../tf.js'

/** One computation: inputs by shape, and a function whose value and gradients both backends have to agree on. */
interface Case {
  shapes: number[][]
  compute: (...inputs: Tf.Tensor[]) => Tf.Tensor
  positive?: boolean
}

const as4d = (x: Tf.Tensor): Tf.Tensor4D => x as Tf.Tensor4D
const convolution = (shape: number[], filter: number[], stride: number | [number, number], pad: 'same' | 'valid' | number): Case => ({
  shapes: [shape, filter],
  compute: (x, w) => tf.conv2d(as4d(x), as4d(w), stride, pad),
})
const unary = (compute: (x: Tf.Tensor) => Tf.Tensor, positive = false): Case => ({ shapes: [[3, 4, 5]], compute, positive })
const ids = (): Tf.Tensor1D => tf.tensor1d([4, 0, 0, 2], 'int32')

const cases: Record<string, Case> = {
  'conv2d same': convolution([2, 6, 5, 3], [3, 3, 3, 4], 1, 'same'),
  'conv2d valid': convolution([2, 6, 5, 3], [3, 2, 3, 4], 1, 'valid'),
  'conv2d 1x1': convolution([2, 4, 4, 3], [1, 1, 3, 5], 1, 'same'),
  'conv2d 7x7 on a smaller picture': convolution([1, 5, 4, 1], [7, 7, 1, 2], 1, 'same'),
  'conv2d stride 2': convolution([2, 7, 6, 3], [3, 3, 3, 4], 2, 'same'),
  'conv2d strides 2, 1': convolution([2, 7, 6, 2], [3, 2, 2, 3], [2, 1], 'valid'),
  'conv2d explicit numbers': convolution([2, 5, 5, 2], [3, 3, 2, 3], 1, 1),
  'conv2d padded above and to the left': {
    shapes: [
      [2, 5, 5, 2],
      [3, 3, 2, 3],
    ],
    compute: (x, w) =>
      tf.conv2d(as4d(x), as4d(w), 1, [
        [0, 0],
        [2, 0],
        [1, 1],
        [0, 0],
      ]),
  },
  'conv2d padded beyond its filter': {
    shapes: [
      [2, 5, 5, 2],
      [2, 2, 2, 3],
    ],
    compute: (x, w) =>
      tf.conv2d(as4d(x), as4d(w), 1, [
        [0, 0],
        [3, 0],
        [0, 0],
        [0, 0],
      ]),
  },
  'conv2d with a mask on the filter': {
    shapes: [
      [2, 5, 5, 2],
      [3, 3, 2, 3],
    ],
    compute: (x, w) => tf.conv2d(as4d(x), as4d(tf.mul(w, tf.linspace(-1, 1, 54).reshape([3, 3, 2, 3]))), 1, 'same'),
  },
  'conv1d causal': {
    shapes: [
      [2, 9, 3],
      [2, 3, 4],
    ],
    compute: (x, w) =>
      tf.conv1d(
        tf.pad(x, [
          [0, 0],
          [1, 0],
          [0, 0],
        ]) as Tf.Tensor3D,
        w as Tf.Tensor3D,
        1,
        'valid',
      ),
  },
  conv2dTranspose: {
    shapes: [
      [2, 4, 4, 3],
      [3, 3, 2, 3],
    ],
    compute: (x, w) => tf.conv2dTranspose(as4d(x), as4d(w), [2, 8, 8, 2], 2, 'same'),
  },
  matMul: {
    shapes: [
      [4, 5],
      [5, 3],
    ],
    compute: (a, b) => tf.matMul(a, b),
  },
  'matMul of transposed': {
    shapes: [
      [5, 4],
      [3, 5],
    ],
    compute: (a, b) => tf.matMul(a, b, true, true),
  },
  'matMul in batches': {
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    compute: (a, b) => tf.matMul(a, b, false, true),
  },
  'a masked layer': { shapes: [[4, 6], [6, 3], [3]], compute: (x, w, b) => tf.relu(tf.add(tf.matMul(x!, w!), b!)) },
  gather: { shapes: [[5, 3]], compute: (table) => tf.gather(table, ids()) },
  'gather on the last axis': { shapes: [[3, 5]], compute: (table) => tf.gather(table, ids(), 1) },
  'cumsum, exclusive': unary((x) => tf.cumsum(x, 2, true)),
  'cumsum, reversed': unary((x) => tf.cumsum(x, 2, false, true)),
  softmax: unary((x) => tf.softmax(x)),
  logSoftmax: unary((x) => tf.logSoftmax(x)),
  logSumExp: unary((x) => tf.logSumExp(x, -1)),
  'cross entropy of a one-hot': unary((x) => tf.mul(tf.logSoftmax(x), tf.oneHot(tf.ones([3, 4], 'int32'), 5))),
  sigmoid: unary(tf.sigmoid),
  logSigmoid: unary((x) => tf.logSigmoid(x)),
  tanh: unary(tf.tanh),
  softplus: unary(tf.softplus),
  elu: unary((x) => tf.elu(x)),
  leakyRelu: unary((x) => tf.leakyRelu(x)),
  exp: unary(tf.exp),
  expm1: unary(tf.expm1),
  log: unary(tf.log, true),
  log1p: unary(tf.log1p, true),
  sqrt: unary(tf.sqrt, true),
  rsqrt: unary(tf.rsqrt, true),
  square: unary(tf.square),
  abs: unary(tf.abs),
  erf: unary(tf.erf),
  pow: unary((x) => tf.pow(x, 3), true),
  clip: unary((x) => tf.clipByValue(x, -0.5, 0.5)),
  max: unary((x) => tf.max(x, 1)),
  mean: unary((x) => tf.mean(x, [0, 2])),
  prod: unary((x) => tf.prod(x, 1)),
  pad: unary((x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
      [0, 0],
    ]),
  ),
  slice: unary((x) => tf.slice(x, [1, 0, 2], [2, 3, 2])),
  'split and stack': unary((x) => tf.stack(tf.split(x, 2, 1).reverse())),
  'unstack and concat': unary((x) => tf.concat(tf.unstack(x, 0), 1)),
  reverse: unary((x) => tf.reverse(x, 1)),
  tile: unary((x) => tf.tile(x, [1, 2, 1])),
  transpose: unary((x) => tf.transpose(x, [2, 0, 1])),
  broadcast: {
    shapes: [
      [3, 1, 5],
      [4, 1],
    ],
    compute: (a, b) => tf.mul(a, b),
  },
  division: { shapes: [[3, 4], [4]], compute: (a, b) => tf.div(a, b), positive: true },
  'maximum and minimum': {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    compute: (a, b) => tf.sub(tf.maximum(a, b), tf.minimum(a, b)),
  },
  where: {
    shapes: [
      [3, 4],
      [3, 4],
    ],
    compute: (a, b) => tf.where(tf.greater(tf.linspace(-1, 1, 12).reshape([3, 4]), 0), a, b),
  },
  'layer normalisation': unary((x) => {
    const { mean, variance } = tf.moments(x, -1, true)
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)))
  }),
  avgPool: { shapes: [[2, 4, 4, 3]], compute: (x) => tf.avgPool(as4d(x), 2, 2, 'valid') },
}

async function evaluate(backend: string, { shapes, compute, positive }: Case): Promise<number[][]> {
  await tf.setBackend(backend)
  const before = tf.memory().numTensors
  const inputs = shapes.map((shape, index) => {
    const values = tf.randomUniform(shape, positive ? 0.3 : -1, 1.5, 'float32', 7 + index)
    return values
  })
  const output = tf.tidy(() => compute(...inputs))
  const weight = tf.randomUniform(output.shape, -1, 1, 'float32', 99)
  const gradients = tf.grads((...xs: Tf.Tensor[]) => compute(...xs))(inputs, weight)
  const values = [output, ...gradients].map((tensor) => Array.from(tensor.dataSync()))
  tf.dispose([...inputs, output, weight, ...gradients])
  expect(tf.memory().numTensors - before, 'tensors leaked').toBe(0)
  return values
}

describe('values and gradients on WebAssembly', () => {
  beforeAll(async () => {
    const engine = await startEngine({ prefer: 'wasm' })
    expect(engine.name).toBe('wasm')
  })
  afterEach(() => tf.setBackend('wasm'))

  for (const [name, example] of Object.entries(cases)) {
    it(name, async () => {
      const reference = await evaluate('cpu', example)
      const ours = await evaluate('wasm', example)
      expect(ours.length).toBe(reference.length)
      ours.forEach((values, index) => {
        const expected = reference[index]!
        expect(values.length).toBe(expected.length)
        const worst = Math.max(...values.map((value, i) => Math.abs(value - expected[i]!) / (1 + Math.abs(expected[i]!))))
        expect(worst, index === 0 ? 'the value' : `the gradient of input ${index}`).toBeLessThan(1e-4)
      })
    })
  }

  it('enlarging a picture, whose gradient the cpu backend has wrong for more than one picture', async () => {
    await tf.setBackend('wasm')
    const difference = tf.tidy(() => {
      const dy = tf.randomUniform([2, 8, 8, 3], -1, 1, 'float32', 3)
      const gradient = tf.grad((x) => tf.image.resizeNearestNeighbor(as4d(x), [8, 8]))(tf.ones([2, 4, 4, 3]), dy)
      const expected = tf.mul(tf.avgPool(as4d(dy), 2, 2, 'valid'), 4)
      return tf.max(tf.abs(tf.sub(gradient, expected))).arraySync()
    })
    expect(difference).toBeLessThan(1e-5)
  })

  it('einsum, which tfjs cannot differentiate on any backend', async () => {
    await tf.setBackend('wasm')
    const before = tf.memory().numTensors
    const difference = tf.tidy(() => {
      const a = tf.randomUniform([2, 3, 4], -1, 1, 'float32', 1) as Tf.Tensor3D
      const b = tf.randomUniform([2, 5, 4], -1, 1, 'float32', 2) as Tf.Tensor3D
      return tf.max(tf.abs(tf.sub(tf.einsum('bij,bkj->bik', a, b), tf.matMul(a, b, false, true)))).arraySync()
    })
    expect(difference).toBeLessThan(1e-5)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses to train max pooling, whose gradient the package has wrong', async () => {
    await tf.setBackend('wasm')
    tf.tidy(() => {
      const x = tf.ones([1, 4, 4, 1])
      expect(() => tf.grad((y) => tf.maxPool(as4d(y), 2, 2, 'same'))(x)).toThrow('Max pooling')
    })
  })
})
