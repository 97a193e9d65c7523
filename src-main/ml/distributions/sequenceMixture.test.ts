import { beforeAll, describe, expect, it } from 'vitest'
import { PCM_LEVELS } from '../../contract/levels'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { discretizedLogisticMixture } from './discretizedLogisticMixture'
import { sequenceMixture } from './sequenceMixture'

beforeAll(() => startEngine())

/** logits, means, log scales of three logistics: as audio has them, as narrow and as wide as they get, at and beyond the ends. */
const rows = [
  [0, 0.5, -1, 0.001, -0.02, 0.3, -8, -5, -2],
  [0, 0, 0, 0.25, -0.99999, 0.99999, -30, -30, -30],
  [2, 0, 0, -3, 5, 0, 40, 12, 3],
  [0, 9, 0, 0.1234567, 0.7654321, -0.4, -12, -11, -9],
]
const M = 3
const parameters = Float32Array.from(rows.flat())
const fine = sequenceMixture(PCM_LEVELS, M)
const massesOf = (row: number): Float64Array => Float64Array.from({ length: PCM_LEVELS }, (_value, level) => Math.exp(fine.logProbAt(parameters, row * 3 * M, level)))
const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

describe('over 65,536 levels', () => {
  it('all masses sum to 1, in numbers and in float32 tensors', () => {
    rows.forEach((_row, row) => {
      expect(Math.abs(sumOf(massesOf(row)) - 1)).toBeLessThan(1e-9)
      const inTensors = tf.tidy(() => fine.logProb(tf.tensor(rows[row]!, [1, 3 * M]), tf.range(0, PCM_LEVELS, 1, 'float32')).dataSync())
      expect(Math.abs(sumOf(Float64Array.from(inTensors, Math.exp)) - 1)).toBeLessThan(1e-6)
    })
  })

  it('tensors and numbers agree, and every level has a finite logarithm and gradient, however far out', () => {
    for (const level of [0, 1, 12_345, 32_767, 32_768, 32_800, 65_534, 65_535]) {
      const [logProb, gradient] = tf.tidy(() => {
        const all = tf.tensor(parameters, [rows.length, 3 * M])
        const x = tf.fill([rows.length], level)
        return [fine.logProb(all, x).dataSync(), tf.grad((p) => tf.sum(fine.logProb(p, x)))(all).dataSync()]
      })
      expect([...logProb!, ...gradient!].every(Number.isFinite)).toBe(true)
      rows.forEach((_row, row) => {
        const expected = fine.logProbAt(parameters, row * 3 * M, level)
        expect(Math.abs(logProb![row]! - expected)).toBeLessThan(1e-4 + 2e-5 * Math.abs(expected))
      })
    }
  })

  it('has gradients that agree with finite differences', () => {
    const own = parameters.subarray(0, 3 * M)
    const level = 33_000
    const gradient = tf.tidy(() => tf.grad((p) => tf.sum(fine.logProb(p, tf.tensor1d([level]))))(tf.tensor(own, [1, 3 * M])).dataSync())
    own.forEach((value, index) => {
      const step = index >= M && index < 2 * M ? 1e-4 : 1e-3
      const at = (to: number): number => fine.logProbAt(own.map((other, place) => (place === index ? to : other)), 0, level)
      const [up, down] = [Math.fround(value + step), Math.fround(value - step)]
      const measured = (at(up) - at(down)) / (up - down)
      expect(Math.abs(gradient[index]! - measured)).toBeLessThan(3e-3 + 1e-2 * Math.abs(measured))
    })
  })

  it('finds mean, mode and entropy without a table of the levels', () => {
    const [means, modes, entropies] = tf.tidy(() => {
      const all = tf.tensor(parameters, [rows.length, 3 * M])
      return [fine.mean(all).dataSync(), fine.mode(all).dataSync(), fine.entropy(all).dataSync()]
    })
    rows.forEach((_row, row) => {
      const masses = massesOf(row)
      const mean = masses.reduce((sum, mass, level) => sum + mass * level, 0)
      const entropy = masses.reduce((sum, mass) => sum - (mass > 0 ? mass * Math.log(mass) : 0), 0)
      const figures = fine.figuresAt!(parameters, row * 3 * M)
      expect(Math.abs(figures.mean - mean)).toBeLessThan(1)
      // In float32 the two ends of the widest scales all but cancel.
      expect(Math.abs(means![row]! - mean)).toBeLessThan(50)
      for (const found of [entropies![row]!, figures.entropy]) expect(Math.abs(found - entropy)).toBeLessThan(0.05)
      const highest = masses.reduce((most, mass) => Math.max(most, mass), 0)
      for (const mode of [modes![row]!, figures.mode, fine.sampleAt(parameters, row * 3 * M, 0.4, 0)]) expect(masses[mode]! / highest).toBeGreaterThan(0.97)
      expect(figures.highest / highest).toBeGreaterThan(0.97)
    })
  })
})

it('draws each level as often as its mass says, the ends included', () => {
  const levels = 7
  const few = sequenceMixture(levels, M)
  const own = Float32Array.of(0.3, -0.4, 0, -0.9, 0.2, 1.4, -1, -2, -0.5)
  const draws = 40_000
  const counts = new Float64Array(levels)
  for (let index = 0; index < draws; index++) counts[few.sampleAt(own, 0, (index + 0.5) / draws, 1)]!++
  counts.forEach((count, level) => expect(Math.abs(count / draws - Math.exp(few.logProbAt(own, 0, level)))).toBeLessThan(2e-4))
  // A temperature narrows both the choice and the scales.
  const cold = Array.from({ length: 1000 }, (_value, index) => few.sampleAt(own, 0, (index + 0.5) / 1000, 0.1))
  expect(cold.filter((level) => level === few.sampleAt(own, 0, 0, 0)).length).toBeGreaterThan(0.75 * 1000)
})

it('of the levels of a byte the masses are those that images have', () => {
  const [own, images] = [sequenceMixture(256, M), discretizedLogisticMixture(256, M)]
  for (const level of [0, 1, 100, 254, 255])
    rows.forEach((_row, row) => expect(own.logProbAt(parameters, row * 3 * M, level)).toBe(images.logProbAt(parameters, row * 3 * M, level)))
})
