import type { Tensor, Tensor2D, Scalar } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { startEngine } from '../startEngine'
import { tf } from '../tf'
import { ProgramBuilder, type Program, type VariableSpec } from './program'
import { addTrainStep, averageName, slotName } from './trainStep'
import type { UpdateRule } from './updateRule'

const D = 20
const H = 8
const B = 10
const shapes: Record<string, number[]> = { w1: [D, H], b1: [H], w2: [H, D], b2: [D] }
const names = Object.keys(shapes)
const LEARNING_RATE = 1e-2
const [BETA1, BETA2, EPSILON, CLIP, EMA] = [0.9, 0.999, 1e-8, 2, 0.9]

/** A small auto-encoder's Bernoulli NLL. */
function loss(x: Tensor, p: Record<string, Tensor>): Scalar {
  const hidden = tf.sigmoid(tf.add(tf.matMul(x as Tensor2D, p['w1'] as Tensor2D), p['b1']!))
  const logits = tf.add(tf.matMul(hidden as Tensor2D, p['w2'] as Tensor2D), p['b2']!)
  return tf.div(tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, x))), B)
}

function lossAndGradients([x]: Tensor[], p: Record<string, Tensor>): [Tensor, ...Tensor[]] {
  const { value, grads } = tf.valueAndGrads((...weights: Tensor[]) =>
    loss(x!, Object.fromEntries(names.map((name, index) => [name, weights[index]!]))),
  )(names.map((name) => p[name]!))
  return [value, ...grads]
}

const adam: UpdateRule = {
  op: 'ResourceApplyAdam',
  operands: [
    'variable',
    { slot: 'm' },
    { slot: 'v' },
    { fed: 'beta1Power' },
    { fed: 'beta2Power' },
    { fed: 'learningRate' },
    ...[BETA1, BETA2, EPSILON].map((constant) => ({ constant })),
    'gradient',
  ],
  attributes: { use_nesterov: false },
  slots: ['m', 'v'],
  fed: ['learningRate', 'beta1Power', 'beta2Power'],
  decay: null,
}

function compile(): Program {
  const builder = new ProgramBuilder()
  for (const [name, shape] of Object.entries(shapes)) builder.variable({ name, shape })
  const inputs = [{ name: 'x', dtype: 'float32', shape: [B, D] }] as const
  addTrainStep(builder, shapes, { variables: names, inputs, lossAndGradients, rule: adam, gradientClip: CLIP, average: true })
  const { inputs: x, outputs } = builder.trace(inputs, names, ([data], weights) => [loss(data!, weights)])
  builder.entry('loss', x, outputs)
  const kept = (name: string): string[] => [name, averageName(name), slotName('m', name), slotName('v', name)]
  access(builder, names.flatMap((name) => kept(name).map((variable) => ({ name: variable, shape: shapes[name]! }))))
  return builder.load()
}

/** Entries that write and read each variable alone. */
function access(builder: ProgramBuilder, variables: readonly VariableSpec[]): void {
  for (const variable of variables) {
    builder.writeEntry(`write ${variable.name}`, [variable])
    builder.entry(`read ${variable.name}`, [], [builder.read(variable.name)])
  }
}
const writeTo = (program: Program, name: string, value: Tensor): void => tf.dispose(program.run(`write ${name}`, [value]))
const readFrom = (program: Program, name: string): Tensor => program.run(`read ${name}`, [])[0]!

function initial(): Record<string, Float32Array> {
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      tf.tidy(() => tf.randomNormal(shapes[name]!, 0, 0.5, 'float32', index + 1).dataSync() as Float32Array),
    ]),
  )
}

function write(program: Program, weights: Record<string, Float32Array>): void {
  tf.tidy(() => {
    for (const name of names) {
      writeTo(program, name, tf.tensor(weights[name]!, shapes[name]!))
      writeTo(program, averageName(name), tf.tensor(weights[name]!, shapes[name]!))
      for (const moment of ['m', 'v']) writeTo(program, slotName(moment, name), tf.zeros(shapes[name]!))
    }
  })
}

/** The same step in plain JavaScript numbers: Adam with clipping and a moving average. */
function reference(
  weights: Record<string, Float32Array>,
  x: Tensor,
  steps: number,
): { weights: Record<string, number[]>; ema: Record<string, number[]>; norms: number[] } {
  const state = Object.fromEntries(
    names.map((name) => [
      name,
      { w: [...weights[name]!], e: [...weights[name]!], m: weights[name]!.map(() => 0), v: weights[name]!.map(() => 0) },
    ]),
  )
  const norms: number[] = []
  for (let step = 1; step <= steps; step++) {
    const gradients = tf.tidy(() =>
      lossAndGradients([x], Object.fromEntries(names.map((name) => [name, tf.tensor(state[name]!.w, shapes[name]!)])))
        .slice(1)
        .map((g) => g.dataSync() as Float32Array),
    )
    const norm = Math.sqrt(gradients.reduce((sum, g) => sum + g.reduce((s, value) => s + value * value, 0), 0))
    norms.push(norm)
    const scale = Math.min(1, CLIP / norm)
    names.forEach((name, index) => {
      const { w, e, m, v } = state[name]!
      gradients[index]!.forEach((raw, i) => {
        const g = raw * scale
        m[i] = BETA1 * m[i]! + (1 - BETA1) * g
        v[i] = BETA2 * v[i]! + (1 - BETA2) * g * g
        const rate = (LEARNING_RATE * Math.sqrt(1 - BETA2 ** step)) / (1 - BETA1 ** step)
        w[i]! -= (rate * m[i]!) / (Math.sqrt(v[i]!) + EPSILON)
        e[i]! += (1 - EMA) * (w[i]! - e[i]!)
      })
    })
  }
  return {
    weights: Object.fromEntries(names.map((n) => [n, state[n]!.w])),
    ema: Object.fromEntries(names.map((n) => [n, state[n]!.e])),
    norms,
  }
}

describe('a compiled training step', () => {
  beforeAll(async () => {
    await startEngine()
  })

  it('equals Adam with clipping and a moving average computed outside, and leaks no tensor', () => {
    const before = tf.memory().numTensors
    const program = compile()
    const weights = initial()
    write(program, weights)
    const x = tf.tidy(() => tf.cast(tf.greater(tf.randomUniform([B, D], 0, 1, 'float32', 7), 0.5), 'float32'))
    const norms: number[] = []
    for (let step = 1; step <= 5; step++) {
      tf.tidy(() => {
        const [, norm] = program.run('trainStep', [
          x,
          tf.scalar(LEARNING_RATE),
          tf.scalar(BETA1 ** step),
          tf.scalar(BETA2 ** step),
          tf.scalar(1 - EMA),
        ])
        norms.push(norm!.dataSync()[0]!)
      })
    }
    const expected = reference(weights, x, 5)
    expected.norms.forEach((norm, index) => expect(norms[index]).toBeCloseTo(norm, 3))
    for (const name of names) {
      const [trained, average] = tf.tidy(() => [readFrom(program, name).dataSync(), readFrom(program, averageName(name)).dataSync()])
      expected.weights[name]!.forEach((value, i) => expect(Math.abs(trained[i]! - value)).toBeLessThan(2e-5))
      expected.ema[name]!.forEach((value, i) => expect(Math.abs(average[i]! - value)).toBeLessThan(2e-5))
    }
    const [compiled, eager] = tf.tidy(() => [
      program.run('loss', [x])[0]!.dataSync()[0]!,
      loss(x, Object.fromEntries(names.map((name) => [name, readFrom(program, name)]))).dataSync()[0]!,
    ])
    expect(compiled).toBeCloseTo(eager, 4)
    x.dispose()
    program.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([
    ['a chain', (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => tf.add(tf.add(tf.add(a, b), c), d)],
    ['addN', (...terms: Tensor[]) => tf.addN(terms)],
  ])('adds %s in the order in which it is written, whatever memory is free', (_name, sum) => {
    const builder = new ProgramBuilder()
    const terms = ['a', 'b', 'c', 'd'].map((name) => ({ name, dtype: 'float32', shape: [1] }) as const)
    // 'a' and 'b' are wanted besides, so the sum cannot be made in their place, but in that of 'c'; (1 + 1) + 2²⁴ is not (2²⁴ + 1) + 1.
    const { inputs, outputs } = builder.trace(terms, [], (values) => {
      const [a, b, c, d] = values.map((value) => tf.square(value)) as [Tensor, Tensor, Tensor, Tensor]
      return [sum(a, b, c, d), a, b]
    })
    builder.entry('sums', inputs, outputs)
    const program = builder.load()
    const results = tf.tidy(() =>
      program
        .run(
          'sums',
          [4096, 1, 1, 0].map((value) => tf.tensor1d([value])),
        )
        .map((tensor) => tensor.dataSync()[0]),
    )
    expect(results).toEqual([2 ** 24, 2 ** 24, 1])
    program.dispose()
  })

  it('keeps none of the memory that its variables are written from', () => {
    const builder = new ProgramBuilder()
    builder.variable({ name: 'w', shape: [16] })
    access(builder, [{ name: 'w', shape: [16] }])
    const program = builder.load()
    // TensorFlow can share memory that happens to be aligned to 64 bytes: some of these arrays are.
    for (let trial = 0; trial < 64; trial++) {
      const values = new Float32Array(16).fill(trial)
      const written = tf.tensor1d(values)
      writeTo(program, 'w', written)
      values.fill(-1)
      expect([...new Set(tf.tidy(() => readFrom(program, 'w').dataSync()))]).toEqual([trial])
      written.dispose()
    }
    program.dispose()
  })

  it.each([
    ['loss', NaN],
    ['gradient', Infinity],
  ])('changes nothing when its %s is not finite, and goes on afterwards', (_name, poison) => {
    const program = compile()
    const weights = initial()
    write(program, weights)
    const step = (x: Tensor, at: number): number[] =>
      program
        .run('trainStep', [x, tf.scalar(LEARNING_RATE), tf.scalar(BETA1 ** at), tf.scalar(BETA2 ** at), tf.scalar(1 - EMA)])
        .map((tensor) => tensor.dataSync()[0]!)
    const stored = names.flatMap((name) => [name, averageName(name), slotName('m', name), slotName('v', name)])
    const state = (): number[][] => tf.tidy(() => stored.map((name) => [...readFrom(program, name).dataSync()]))
    tf.tidy(() => {
      const x = tf.cast(tf.greater(tf.randomUniform([B, D], 0, 1, 'float32', 7), 0.5), 'float32')
      step(x, 1)
      const before = state()
      const [loss, norm] = step(tf.fill([B, D], poison), 2) as [number, number]
      expect(Number.isFinite(loss) && Number.isFinite(norm)).toBe(false)
      expect(state()).toEqual(before)
      expect(step(x, 2).every(Number.isFinite)).toBe(true)
      expect(state()).not.toEqual(before)
    })
    program.dispose()
  })

  it('refuses an op that it does not know by its name', () => {
    const builder = new ProgramBuilder()
    expect(() => builder.trace([{ name: 'x', dtype: 'float32', shape: [2] }], [], ([x]) => [tf.atan(x!)])).toThrow(
      /The op Atan cannot be compiled yet/,
    )
  })
})
