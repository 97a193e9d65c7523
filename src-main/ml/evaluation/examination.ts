import type { Distribution } from '../distributions/distribution'
import { randomStream } from '../tensor/random'
import { addPit, addReliability, emptyPit, emptyReliability } from './calibration'
import type { PitHistogram, ReliabilityBin } from './calibration'
import { figuresOfMasses, isDensity, massesAt } from './masses'

export interface Examination {
  /** −log p(x) of each example in nats; of a density, of its dequantised values (a bound). */
  nats: Float64Array
  /** Σ_i H(p(· | x_<i)): what −log p would be on average, were each conditional right. */
  expected: Float64Array
  /** Σ_i of the variances of −log p(X | x_<i); null for densities. */
  variance: Float64Array | null
  /** Mean of each over the examples, by dimension [D]. */
  meanNats: Float64Array
  meanExpected: Float64Array
  pit: PitHistogram
  /** Binary: of the probability of a 1. Else: of the most probable level. */
  reliability: ReliabilityBin[]
}

interface ExaminationOptions {
  distribution: Distribution
  /** D */
  dimensions: number
  /** How many examples there will be. */
  examples: number
  /** Of the numbers that make the integral transforms of discrete levels uniform. */
  seed: number
}

export interface ExaminationBuilder {
  /**
   * The conditionals of one example: parameters [D × P] at `offset`, its values [D] at `place` (levels, or dequantised values of a density), entropies
   * [D] at `place` where the distribution has no masses to sum.
   */
  add(example: { parameters: Float32Array; offset: number; values: Float32Array; entropies: Float32Array | null; place: number; index: number }): void
  finish(): Examination
}

/** Everything that one pass over the conditionals of a split tells: likelihood, what the model expected, calibration, maps. */
export function createExamination({ distribution, dimensions, examples, seed }: ExaminationOptions): ExaminationBuilder {
  const { parametersPerDimension: P, levels } = distribution
  const density = isDensity(distribution)
  const masses = new Float64Array(levels)
  const nats = new Float64Array(examples)
  const expected = new Float64Array(examples)
  const variance = density ? null : new Float64Array(examples)
  const meanNats = new Float64Array(dimensions)
  const meanExpected = new Float64Array(dimensions)
  const pit = emptyPit()
  const reliability = emptyReliability()
  let row = 0
  return {
    add({ parameters, offset, values, entropies, place, index }) {
      const random = randomStream(seed, 'pit', index)
      for (let dimension = 0; dimension < dimensions; dimension++) {
        const at = offset + dimension * P
        const value = values[place + dimension]!
        let logProb: number
        let entropy: number
        if (density) {
          logProb = distribution.logProbAt(parameters, at, value)
          entropy = entropies![place + dimension]!
          // A continuous distribution function needs no randomisation: the noise of dequantisation was it.
          addPit(pit, distribution.cdfAt!(parameters, at)(value))
        } else {
          massesAt(distribution, parameters, at, masses)
          const figures = figuresOfMasses(masses, value, () => distribution.logProbAt(parameters, at, value))
          logProb = figures.logProb
          entropy = figures.entropy
          variance![row]! += figures.variance
          addPit(pit, figures.below + random.uniform() * masses[value]!)
          if (levels === 2) addReliability(reliability, masses[1]!, value === 1)
          else addReliability(reliability, figures.highest, figures.mode === value)
        }
        nats[row]! -= logProb
        expected[row]! += entropy
        meanNats[dimension]! -= logProb
        meanExpected[dimension]! += entropy
      }
      row++
    },
    finish() {
      if (row !== examples) throw new Error(`${row} of ${examples} examples were looked at.`)
      return {
        nats,
        expected,
        variance,
        meanNats: meanNats.map((sum) => sum / examples),
        meanExpected: meanExpected.map((sum) => sum / examples),
        pit,
        reliability,
      }
    },
  }
}
