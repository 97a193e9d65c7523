import { beforeAll, describe, expect, it } from 'vitest'
import { createNoise, noiseFrom, noiseSeed } from './noise'
import { ProgramBuilder } from './program/program'
import { startEngine } from './startEngine'
import { tf } from './tf'

beforeAll(async () => {
  await startEngine()
})

const draw = (seed: number, step: number, shape = [4, 50]): Float32Array =>
  tf.tidy(() => createNoise(seed, 'noise', step).uniform(shape).dataSync() as Float32Array)

describe('noise', () => {
  it('depends on seed, stream and step alone, and is uniform in [0, 1)', () => {
    expect(draw(3, 7)).toEqual(draw(3, 7))
    expect(draw(3, 8)).not.toEqual(draw(3, 7))
    expect(draw(4, 7)).not.toEqual(draw(3, 7))
    const many = draw(1, 1, [20_000])
    const mean = many.reduce((sum, value) => sum + value, 0) / many.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01)
    expect(many.every((value) => value >= 0 && value < 1)).toBe(true)
  })

  it('draws anew at each call of a step', () => {
    const [first, second] = tf.tidy(() => {
      const noise = createNoise(0, 'noise', 1)
      return [noise.uniform([30]).dataSync(), noise.uniform([30]).dataSync()]
    })
    expect(first).not.toEqual(second)
  })

  it('is the same in a program that is fed the pair of the step', () => {
    const before = tf.memory().numTensors
    const builder = new ProgramBuilder()
    const { inputs, outputs } = builder.trace([{ name: 'noise', dtype: 'int32', shape: [2] }], [], ([pair]) => {
      const noise = noiseFrom(pair!)
      return [noise.uniform([5, 3]), noise.uniform([4])]
    })
    builder.entry('draw', inputs, outputs)
    const program = builder.load()
    for (const step of [1, 2, 3]) {
      const [compiled, eager] = tf.tidy(() => {
        const noise = createNoise(9, 'noise', step)
        return [
          program.run('draw', [tf.tensor1d(noiseSeed(9, 'noise', step), 'int32')]).map((tensor) => [...tensor.dataSync()]),
          [noise.uniform([5, 3]), noise.uniform([4])].map((tensor) => [...tensor.dataSync()]),
        ]
      })
      expect(compiled).toEqual(eager)
    }
    program.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
