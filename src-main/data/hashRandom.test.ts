import { describe, expect, it } from 'vitest'
import { hashKey, permutation, randomSequence, randomUniform } from './hashRandom'

describe('hashRandom', () => {
  it('is a function of its key alone', () => {
    expect(randomUniform(hashKey(1, 2, 3), 7)).toBe(randomUniform(hashKey(1, 2, 3), 7))
    const keys = new Set([hashKey(0), hashKey(1), hashKey(0, 0), hashKey(1, 0), hashKey(0, 1), hashKey(2 ** 40), hashKey(2 ** 41), hashKey(-1)])
    expect(keys.size).toBe(8)
  })

  it('is uniform: mean, variance and 16 equal bins, along dimensions and along examples', () => {
    const count = 1 << 16
    for (const draw of [(i: number) => randomUniform(hashKey(5, 2, 0, 3), i), (i: number) => randomUniform(hashKey(5, 2, i, 3), 400)]) {
      const bins = new Float64Array(16)
      let sum = 0
      let squares = 0
      for (let i = 0; i < count; i++) {
        const u = draw(i)
        bins[Math.floor(u * 16)]! += 1
        sum += u
        squares += u * u
      }
      expect(Math.abs(sum / count - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count))
      expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / count))
      const chiSquare = bins.reduce((total, bin) => total + (bin - count / 16) ** 2 / (count / 16), 0)
      expect(chiSquare).toBeLessThan(45) // 15 degrees of freedom: p < 1e-4
    }
  })

  it('has uncorrelated neighbours: dimensions, examples, epochs', () => {
    const count = 20000
    const pairs: [(i: number) => number, (i: number) => number][] = [
      [(i) => randomUniform(hashKey(0, 2, 1, i), 5), (i) => randomUniform(hashKey(0, 2, 1, i), 6)],
      [(i) => randomUniform(hashKey(0, 2, 1, i), 5), (i) => randomUniform(hashKey(0, 2, 1, i + 1), 5)],
      [(i) => randomUniform(hashKey(0, 2, 1, i), 5), (i) => randomUniform(hashKey(0, 2, 2, i), 5)],
    ]
    for (const [first, second] of pairs) {
      let covariance = 0
      for (let i = 0; i < count; i++) covariance += (first(i) - 0.5) * (second(i) - 0.5)
      expect(Math.abs((covariance / count) * 12)).toBeLessThan(5 / Math.sqrt(count))
    }
  })

  it('permutes', () => {
    const order = permutation(1000, 3)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect([...permutation(1000, 4)]).not.toEqual([...order])
  })

  it('draws normal numbers', () => {
    const random = randomSequence(9)
    const values = Array.from({ length: 20000 }, () => random.normal())
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.04)
    expect(Math.abs(variance - 1)).toBeLessThan(0.05)
  })
})
