import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { distributionFor } from './distributionFor'

beforeAll(() => startEngine())

const logitsOf = (count: number, scale: number): Float32Array =>
  randomStream(1, 'logits')
    .fillNormal(new Float32Array(count))
    .map((value) => value * scale)

describe.each([2, 3, 16, 256])('%i levels', (levels) => {
  const distribution = distributionFor({ levels })
  const P = distribution.parametersPerDimension
  const rows = 40
  const parameters = logitsOf(rows * P, 3)
  const tensor = (): tf.Tensor => tf.tensor(parameters, [rows, P])
  /** Probabilities in double precision. */
  const exact = (row: number): number[] => {
    const logits = P === 1 ? [0, parameters[row]!] : Array.from(parameters.subarray(row * P, (row + 1) * P))
    const highest = Math.max(...logits)
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
    return logits.map((logit) => Math.exp(logit - highest) / total)
  }

  it('log-probabilities agree with double precision, in tensors and in numbers', () => {
    for (let level = 0; level < levels; level += Math.max(1, Math.floor(levels / 7))) {
      const logProb = tf.tidy(() => distribution.logProb(tensor(), tf.fill([rows], level)).dataSync() as Float32Array)
      for (let row = 0; row < rows; row++) {
        const expected = Math.log(exact(row)[level]!)
        expect(Math.abs(logProb[row]! - expected)).toBeLessThan(2e-5)
        expect(Math.abs(distribution.logProbAt(parameters, row * P, level) - expected)).toBeLessThan(1e-9)
      }
    }
  })

  it('mean, mode and entropy', () => {
    const [mean, mode, entropy] = tf.tidy(() => [
      distribution.mean(tensor()).dataSync(),
      distribution.mode(tensor()).dataSync(),
      distribution.entropy(tensor()).dataSync(),
    ])
    for (let row = 0; row < rows; row++) {
      const probabilities = exact(row)
      const expected = probabilities.reduce((sum, probability, level) => sum + probability * level, 0)
      expect(Math.abs(mean![row]! - expected)).toBeLessThan(1e-4 * levels)
      expect(Math.abs(distribution.meanAt(parameters, row * P) - expected)).toBeLessThan(1e-6 * levels)
      expect(mode![row]).toBe(probabilities.indexOf(Math.max(...probabilities)))
      expect(
        Math.abs(
          entropy![row]! - probabilities.reduce((sum, probability) => sum - (probability > 0 ? probability * Math.log(probability) : 0), 0),
        ),
      ).toBeLessThan(1e-4)
    }
  })

  it('samples by the inverse distribution function in the order of levels', () => {
    for (let row = 0; row < 5; row++) {
      const probabilities = exact(row)
      let cumulative = 0
      probabilities.forEach((probability, level) => {
        if (probability > 1e-6) expect(distribution.sampleAt(parameters, row * P, cumulative + probability / 2, 1)).toBe(level)
        cumulative += probability
      })
    }
  })

  it('a temperature sharpens or flattens, and 0 is the mode', () => {
    const probabilities = exact(0)
    const mode = probabilities.indexOf(Math.max(...probabilities))
    const share = (temperature: number): number => {
      let hits = 0
      for (let index = 0; index < 2000; index++)
        if (distribution.sampleAt(parameters, 0, (index + 0.5) / 2000, temperature) === mode) hits++
      return hits / 2000
    }
    expect(share(0)).toBe(1)
    expect(share(0.5)).toBeGreaterThan(share(1))
    expect(share(1)).toBeGreaterThan(share(4))
    expect(Math.abs(share(1) - probabilities[mode]!)).toBeLessThan(1e-3)
  })

  it('stays finite and right far out', () => {
    const far = P === 1 ? Float32Array.of(120) : new Float32Array(levels).fill(-60, 1).fill(60, 0, 1)
    const unlikely = P === 1 ? 0 : levels - 1
    expect(distribution.logProbAt(far, 0, unlikely)).toBeCloseTo(-120, 3)
    const [logProb, entropy] = tf.tidy(() => {
      const extreme = tf.tensor(far, [1, P])
      return [distribution.logProb(extreme, tf.tensor1d([unlikely])).dataSync()[0]!, distribution.entropy(extreme).dataSync()[0]!] as [
        number,
        number,
      ]
    })
    expect(logProb).toBeCloseTo(-120, 3)
    expect(entropy).toBeCloseTo(0, 5)
    expect(distribution.sampleAt(far, 0, 0.999999, 0.01)).toBe(P === 1 ? 1 : 0)
  })

  it('its gradient is that of the softmax', () => {
    const gradient = tf.tidy(
      () =>
        tf
          .grad((logits) => tf.sum(distribution.logProb(logits, tf.zeros([rows]))))(tensor())
          .dataSync() as Float32Array,
    )
    for (let row = 0; row < rows; row++) {
      const probabilities = exact(row)
      for (let parameter = 0; parameter < P; parameter++) {
        const expected = P === 1 ? -probabilities[1]! : (parameter === 0 ? 1 : 0) - probabilities[parameter]!
        expect(Math.abs(gradient[row * P + parameter]! - expected)).toBeLessThan(1e-5)
      }
    }
  })
})
