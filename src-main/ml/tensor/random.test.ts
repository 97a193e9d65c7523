import { describe, expect, it } from 'vitest'
import { normalQuantile, randomStream, threefry2x32 } from './random'
import { initialParameters } from './initialize'

describe('seeded streams', () => {
  it('is Threefry-2x32-20: the published known answers', () => {
    const answer = (key: [number, number], counter: [number, number]): string[] => {
      const out = new Uint32Array(2)
      threefry2x32(key[0], key[1], counter[0], counter[1], out)
      return [...out].map((word) => word.toString(16).padStart(8, '0'))
    }
    expect(answer([0, 0], [0, 0])).toEqual(['6b200159', '99ba4efe'])
    expect(answer([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff])).toEqual(['1cb996fc', 'bb002be7'])
    expect(answer([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual(['c4923a9c', '483df7a0'])
  })

  it('repeats a stream and separates streams by seed, name and index', () => {
    const draw = (...of: Parameters<typeof randomStream>): number => randomStream(...of).uniform()
    expect(draw(7, 'order', 3)).toBe(draw(7, 'order', 3))
    const all = [draw(7, 'order', 3), draw(8, 'order', 3), draw(7, 'window', 3), draw(7, 'order', 4), draw(7, 'order'), draw(7, 'order', 3, 0), draw(7 + 2 ** 32, 'order', 3)]
    expect(new Set(all).size).toBe(all.length)
  })

  it('has uniform and normal moments', () => {
    const n = 200_000
    const uniform = randomStream(1, 'u').fillUniform(new Float32Array(n))
    const normal = randomStream(1, 'n').fillNormal(new Float32Array(n))
    const mean = (values: Float32Array, power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / n
    expect(Math.max(...uniform.subarray(0, 100_000))).toBeLessThan(1)
    expect(mean(uniform, 1)).toBeCloseTo(0.5, 2)
    expect(mean(uniform, 2)).toBeCloseTo(1 / 3, 2)
    expect(Math.abs(mean(normal, 1))).toBeLessThan(0.01)
    expect(mean(normal, 2)).toBeCloseTo(1, 1)
    expect(mean(normal, 4)).toBeCloseTo(3, 0)
  })

  it('inverts the normal distribution at known quantiles', () => {
    expect(normalQuantile(0.5)).toBe(0)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13)
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 12)
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798408, 10)
  })

  it('permutes: every index once, and every place as likely', () => {
    expect([...randomStream(3, 'p').permutation(1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_value, index) => index))
    const places = new Float64Array(5)
    for (let trial = 0; trial < 5000; trial++) places[randomStream(3, 'p', trial).permutation(5).indexOf(0)]! += 1
    for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('initial parameters', () => {
  it('depend on the name, not on the order or the company', () => {
    const a = { name: 'a', shape: [2, 3], init: { kind: 'normal', standardDeviation: 0.1 } } as const
    const b = { name: 'b', shape: [4], init: { kind: 'uniform', limit: 0.5 } } as const
    const both = initialParameters([a, b], 5)
    expect(initialParameters([b], 5).b).toEqual(both.b)
    expect(initialParameters([b, a], 5)).toEqual({ a: both.a, b: both.b })
    expect(Math.max(...both.b!.map(Math.abs))).toBeLessThanOrEqual(0.5)
  })

  it('refuses values of the wrong length by the name of the parameter', () => {
    expect(() => initialParameters([{ name: 'bias', shape: [3], init: { kind: 'values', values: new Float32Array(2) } }], 0)).toThrow(/'bias'.*\[3\].*3.*2/)
  })
})
