import { beforeAll, expect, it } from 'vitest'
import { startEngine } from '../startEngine'
import { tf } from '../tf'
import type { NativeBackend, NativeBinding } from './binding'
import { ProgramBuilder } from './program'
import { shapeKey } from './shapeMemory'

beforeAll(async () => {
  await startEngine()
})

/** Counts the ops that are really executed meanwhile. */
function executed(work: () => void): number {
  const backend = tf.backend() as unknown as NativeBackend
  const native = backend.binding
  let count = 0
  const counting = Object.create(null) as Record<string, unknown>
  for (const key of Object.getOwnPropertyNames(native)) {
    const member = (native as unknown as Record<string, unknown>)[key]
    counting[key] = typeof member === 'function' ? member.bind(native) : member
  }
  counting.executeOp = (...args: Parameters<NativeBinding['executeOp']>) => {
    count++
    return native.executeOp(...args)
  }
  backend.binding = counting as unknown as NativeBinding
  try {
    work()
  } finally {
    backend.binding = native
  }
  return count
}

const inputs = [{ name: 'x', dtype: 'float32', shape: [6, 37] }] as const
/** Parts of different sizes of one tensor, of which some shapes come again. */
const parts = (x: tf.Tensor): tf.Tensor =>
  tf.concat(
    [1, 3, 1, 2].map((rows, index) => tf.reshape(tf.tanh(tf.mul(tf.slice(x as tf.Tensor2D, [index, 0], [rows, 37]), index + 1)), [37 * rows])),
  )

it('an op that has run with such shapes is not run again, and the program computes the same', () => {
  const counts = [0, 1].map(() => {
    const before = tf.memory().numTensors
    const builder = new ProgramBuilder()
    const count = executed(() => {
      const traced = builder.trace(inputs, [], ([x]) => [parts(x!)])
      builder.entry('parts', traced.inputs, traced.outputs)
    })
    expect(tf.memory().numTensors).toBe(before)
    const program = builder.load()
    tf.tidy(() => {
      const x = tf.randomUniform([6, 37], -1, 1, 'float32', 3)
      expect([...program.run('parts', [x])[0]!.dataSync()]).toEqual([...parts(x).dataSync()])
    })
    program.dispose()
    return count
  })
  // Nothing of it depends on constants alone.
  expect(counts[0]).toBeGreaterThan(0)
  expect(counts[1]).toBe(0)
})

it('tells inputs apart by shape, type and the content of small constants, and ops by their attributes', () => {
  const input = { shape: [2, 3], dtype: 1 }
  const shapeOf = (...sizes: number[]) => ({ shape: [sizes.length], dtype: 3, content: new Uint8Array(Int32Array.from(sizes).buffer) })
  const attribute = (value: boolean) => ({ name: 'keep_dims', type: 0, value })
  const keys = [
    shapeKey('Reshape', [], [input, shapeOf(6)]),
    shapeKey('Reshape', [], [input, shapeOf(3, 2)]),
    shapeKey('Reshape', [], [input, shapeOf(1, 6)]),
    shapeKey('Reshape', [], [{ ...input, dtype: 3 }, shapeOf(6)]),
    shapeKey('Reshape', [], [{ ...input, shape: [3, 2] }, shapeOf(6)]),
    shapeKey('Sum', [attribute(true)], [input]),
    shapeKey('Sum', [attribute(false)], [input]),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})
