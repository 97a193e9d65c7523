import type { Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { attributes, nativeBackend } from '../native'
import { startEngine } from '../startEngine'
import { tf } from '../tf'
import { ProgramBuilder } from './program'

beforeAll(async () => {
  await startEngine()
})

const native =
  (
    op: string,
    inputs: (x: Tensor) => Tensor[],
    given: (make: ReturnType<typeof attributes>) => Parameters<NonNullable<ReturnType<typeof nativeBackend>>['executeSingleOutput']>[1],
  ) =>
  (x: Tensor): Tensor =>
    nativeBackend()!.executeSingleOutput(op, given(attributes(nativeBackend()!)), inputs(x))
const int = (...values: number[]): Tensor => tf.tensor1d(values, 'int32')
const flags = (x: Tensor): Tensor => tf.greater(x, 0)

/** Functions of x [2, 3, 4] with mixed signs: each way in which the project computes, and what a new family is likely to want. */
const functions: Record<string, (x: Tensor) => Tensor | Tensor[]> = {
  abs: tf.abs,
  add: (x) => tf.add(x, 1),
  addN: (x) => tf.addN([x, x, x]),
  all: (x) => tf.cast(tf.all(flags(x), 1), 'float32'),
  any: (x) => tf.cast(tf.any(flags(x)), 'float32'),
  argMax: (x) => tf.argMax(x, -1),
  argMin: (x) => tf.argMin(x, 0),
  avgPool: (x) => tf.avgPool(x as tf.Tensor3D, 2, 1, 'same'),
  batchMatMul: (x) => tf.matMul(x, x, false, true),
  matMul: (x) => tf.matMul(tf.reshape(x, [6, 4]), tf.reshape(x, [6, 4]), true),
  batchToSpaceND: (x) => tf.batchToSpaceND(tf.reshape(x, [2, 3, 4, 1]), [2], [[0, 0]]),
  broadcastTo: (x) => tf.broadcastTo(tf.slice(x, [0, 0, 0], [1, 3, 4]), [5, 3, 4]),
  cast: (x) => tf.cast(x, 'int32'),
  castToBool: (x) => tf.cast(tf.cast(x, 'bool'), 'float32'),
  ceil: tf.ceil,
  clip: (x) => tf.clipByValue(x, -0.5, 0.5),
  concat: (x) => tf.concat([x, x], 1),
  conv2d: (x) => tf.conv2d(x as tf.Tensor3D, tf.ones([2, 2, 4, 3]), 1, 'same'),
  cos: tf.cos,
  cosh: tf.cosh,
  cumprod: (x) => tf.cumprod(x, 2),
  cumsum: (x) => tf.cumsum(x, 1, true),
  depthToSpace: (x) => tf.depthToSpace(tf.reshape(x, [1, 2, 3, 4]) as tf.Tensor4D, 2, 'NHWC'),
  depthwise: (x) => tf.depthwiseConv2d(x as tf.Tensor3D, tf.ones([2, 2, 4, 1]), 1, 'same'),
  div: (x) => tf.div(x, 3),
  divNoNan: (x) => tf.divNoNan(x, 0),
  einsum: (x) => tf.einsum('abc,adc->bd', x, x),
  elu: tf.elu,
  equal: (x) => tf.cast(tf.equal(x, x), 'int32'),
  erf: tf.erf,
  exp: tf.exp,
  expandDims: (x) => tf.expandDims(x, 2),
  expm1: tf.expm1,
  eye: () => tf.eye(3),
  fill: (x) => tf.add(tf.fill([4], 2), x),
  floor: tf.floor,
  floorDiv: (x) => tf.floorDiv(x, 0.4),
  gather: (x) => tf.gather(x, int(2, 0), 1),
  gatherND: (x) =>
    tf.gatherND(
      x,
      tf.tensor2d(
        [
          [0, 1],
          [1, 2],
        ],
        [2, 2],
        'int32',
      ),
    ),
  isFinite: (x) => tf.cast(tf.isFinite(tf.div(x, 0)), 'int32'),
  isInf: (x) => tf.cast(tf.isInf(tf.div(1, x)), 'int32'),
  isNaN: (x) => tf.cast(tf.isNaN(tf.log(x)), 'int32'),
  leakyRelu: (x) => tf.leakyRelu(x, 0.1),
  linspace: (x) => tf.add(tf.linspace(0, 1, 4), x),
  log: (x) => tf.log(tf.abs(x)),
  log1p: (x) => tf.log1p(tf.abs(x)),
  logicalAnd: (x) => tf.cast(tf.logicalAnd(flags(x), tf.logicalNot(tf.less(x, 1))), 'int32'),
  logicalOr: (x) => tf.cast(tf.logicalOr(flags(x), tf.lessEqual(x, -1)), 'int32'),
  logSigmoid: tf.logSigmoid,
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => tf.logSumExp(x, 1),
  max: (x) => tf.max(x, [0, 2]),
  maxPool: (x) => tf.maxPool(x as tf.Tensor3D, 2, 1, 'same'),
  maximum: (x) => tf.maximum(x, 0.2),
  mean: (x) => tf.mean(x, 2),
  min: (x) => tf.min(x),
  minimum: (x) => tf.minimum(x, 0.2),
  mirrorPad: (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 1],
        [2, 0],
      ],
      'reflect',
    ),
  mod: (x) => tf.mod(x, 0.3),
  mul: (x) => tf.mul(x, x),
  neg: tf.neg,
  notEqual: (x) => tf.cast(tf.notEqual(x, 0), 'int32'),
  oneHot: (x) => tf.oneHot(tf.cast(tf.abs(tf.mul(x, 3)), 'int32'), 5),
  onesLike: tf.onesLike,
  pad: (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [0, 2],
        [0, 0],
      ],
      3,
    ),
  pow: (x) => tf.pow(x, 2),
  prelu: (x) => tf.prelu(x, tf.scalar(0.2)),
  prod: (x) => tf.prod(x, 1),
  range: (x) => tf.add(tf.range(0, 4), x),
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  relu6: tf.relu6,
  reshape: (x) => tf.reshape(x, [-1, 6]),
  reverse: (x) => tf.reverse(x, 1),
  round: tf.round,
  rsqrt: (x) => tf.rsqrt(tf.abs(x)),
  scatterND: (x) => tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], 'int32'), tf.reshape(x, [2, 12]), [5, 12]),
  selu: tf.selu,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  sinh: tf.sinh,
  slice: (x) => tf.slice(x, [0, 1, 0], [-1, 2, 3]),
  softmax: (x) => tf.softmax(x),
  softplus: tf.softplus,
  spaceToBatchND: (x) =>
    tf.spaceToBatchND(
      tf.reshape(x, [2, 3, 4, 1]),
      [1, 2],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  split: (x) => tf.split(x, [1, 2], 1),
  sqrt: (x) => tf.sqrt(tf.abs(x)),
  square: tf.square,
  squaredDifference: (x) => tf.squaredDifference(x, 1),
  squeeze: (x) => tf.squeeze(tf.expandDims(x, 0)),
  stack: (x) => tf.stack([x, x], 1),
  step: (x) => tf.step(x),
  stridedSlice: (x) => tf.stridedSlice(x, [0, 0, 3], [2, 3, 0], [1, 2, -1]),
  sub: (x) => tf.sub(1, x),
  sum: (x) => tf.sum(x, [1], true),
  tanh: tf.tanh,
  tensorScatterUpdate: (x) => tf.tensorScatterUpdate(x, tf.tensor2d([[1]], [1, 1], 'int32'), tf.ones([1, 3, 4])),
  tile: (x) => tf.tile(x, [1, 2, 1]),
  topk: (x) => tf.topk(x, 2).values,
  transpose: (x) => tf.transpose(x, [2, 0, 1]),
  unsortedSegmentSum: (x) => tf.unsortedSegmentSum(x, int(1, 0) as tf.Tensor1D, 3),
  unstack: (x) => tf.unstack(x, 2),
  where: (x) => tf.where(flags(x), x, tf.zerosLike(x)),
  zerosLike: tf.zerosLike,
  biasAdd: native(
    'BiasAdd',
    (x) => [x, tf.ones([4])],
    ({ float32 }) => [float32()],
  ),
  snapshot: native(
    'Snapshot',
    (x) => [x],
    () => [],
  ),
  blockLstm: (x) => {
    const make = attributes(nativeBackend()!)
    const zeros = tf.zeros([3, 5])
    const inputs = [
      tf.tidy(() =>
        nativeBackend()!.executeSingleOutput(
          'Cast',
          [make.float32('SrcT'), { name: 'DstT', type: nativeBackend()!.binding.TF_ATTR_TYPE, value: 9 }],
          [tf.scalar(2)],
        ),
      ),
      x,
      zeros,
      zeros,
      tf.fill([9, 20], 0.1),
      tf.zeros([5]),
      tf.zeros([5]),
      tf.zeros([5]),
      tf.zeros([20]),
    ]
    return nativeBackend()!
      .executeMultipleOutputs('BlockLSTMV2', [make.float('cell_clip', 0), make.boolean('use_peephole', false)], inputs, 7)
      .at(-1)!
  },
}
/** The same with their gradients, where there is one. */
const differentiated = [
  'avgPool',
  'batchMatMul',
  'clip',
  'concat',
  'conv2d',
  'depthwise',
  'elu',
  'gather',
  'leakyRelu',
  'logSoftmax',
  'logSumExp',
  'max',
  'maxPool',
  'mean',
  'pad',
  'pow',
  'relu6',
  'reverse',
  'selu',
  'slice',
  'softmax',
  'softplus',
  'stack',
  'tile',
  'transpose',
]

const valuesOf = (tensors: readonly Tensor[]): unknown[] => tensors.map((tensor) => [tensor.shape, tensor.dtype, [...tensor.dataSync()]])

describe('compiled ops', () => {
  it.each(Object.keys(functions))('%s gives what it gives op by op', (name) => {
    const run = (x: Tensor): Tensor[] => [functions[name]!(x)].flat()
    const withGradient = (x: Tensor): Tensor[] => [
      ...run(x),
      ...(differentiated.includes(name) ? [tf.grad((value) => tf.sum(tf.square(run(value)[0]!)))(x)] : []),
    ]
    const values = Float32Array.from({ length: 24 }, (_value, index) => Math.sin(3 * index + 1) * 1.5)
    const before = tf.memory().numTensors
    const builder = new ProgramBuilder()
    const { inputs, outputs } = builder.trace([{ name: 'x', dtype: 'float32', shape: [2, 3, 4] }], [], ([x]) => withGradient(x!))
    builder.entry('run', inputs, outputs)
    const program = builder.load()
    tf.tidy(() => {
      const x = tf.tensor(values, [2, 3, 4])
      const [compiled, eager] = [valuesOf(program.run('run', [x])), valuesOf(withGradient(x))] as [
        [number[], string, number[]][],
        [number[], string, number[]][],
      ]
      compiled.forEach(([shape, dtype, data], index) => {
        const [expectedShape, expectedType, expected] = eager[index]!
        expect([shape, dtype]).toEqual([expectedShape, expectedType])
        data.forEach((value, at) =>
          expect(Object.is(value, expected[at]) || Math.abs(value - expected[at]!) < 1e-5 * (1 + Math.abs(value))).toBe(true),
        )
      })
    })
    program.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each<[string, (x: Tensor) => Tensor, RegExp]>([
    ['reads a tensor back', (x) => tf.mul(x, tf.sum(x).dataSync()[0]!), /reads the values of a tensor back/],
    [
      'has a shape that depends on values',
      (x) => tf.zeros([tf.cast(tf.max(x), 'int32').dataSync()[0]! + 1]),
      /reads the values of a tensor back/,
    ],
    ['draws random numbers in JavaScript', (x) => tf.mul(x, tf.randomUniform(x.shape)), /draws random numbers in JavaScript/],
    [
      'draws random numbers by an op with state',
      (x) => tf.multinomial(tf.reshape(x, [6, 4]) as tf.Tensor2D, 3, 1),
      /The op Multinomial cannot be compiled/,
    ],
  ])('a computation that %s is refused', (_name, body, message) => {
    const { random } = Math
    expect(() => new ProgramBuilder().trace([{ name: 'x', dtype: 'float32', shape: [2, 3, 4] }], [], ([x]) => [body(x!)])).toThrow(message)
    expect(Math.random).toBe(random)
    expect(tf.randomUniform([2]).dataSync().length).toBe(2)
  })
})
