import type { NllUnit } from '../contract/domain'
import { isPerStep } from '../contract/domain'
import { meanOf } from './likelihood'
import type { PerExample } from './perExample'

export interface Paired {
  nats: number
  standardError: number
  bitsPerDim: number
  better: number
  correlation: number | null
}

/** Whether two scores are of the same examples in the same order. */
export function sameExamples(one: PerExample, other: PerExample): boolean {
  return (
    one.nats.length === other.nats.length &&
    (one.indices === null) === (other.indices === null) &&
    (one.indices?.every((index, at) => index === other.indices?.[at]) ?? true)
  )
}

/**
 * Mean and standard error of d_i = l_i − m_i over the same examples (audio: the ratio Σ d_i / Σ samples with its standard error; video: divided by the frames of a clip), the share of
 * examples with d_i < 0 (a tie counts half), and Pearson's correlation of l and m.
 */
export function pairedDifference(one: PerExample, other: PerExample, unit: NllUnit, frames = 1): Paired {
  const count = one.nats.length
  const differences = Array.from(one.nats, (nats, example) => nats - other.nats[example]!)
  const dimensions = one.dimensions.length === 1 ? new Array<number>(count).fill(one.dimensions[0]!) : [...one.dimensions]
  const { mean, standardError, bitsPerDim } = meanOf(differences, dimensions, { sample: isPerStep(unit), frames })
  const better = differences.reduce((sum, value) => sum + (value < 0 ? 1 : value === 0 ? 0.5 : 0), 0) / count
  return { nats: mean, standardError, bitsPerDim, better, correlation: correlation(one.nats, other.nats) }
}

function correlation(x: Float64Array, y: Float64Array): number | null {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length
  let [xx, yy, xy] = [0, 0, 0]
  for (let index = 0; index < x.length; index++) {
    const [a, b] = [x[index]! - meanX, y[index]! - meanY]
    xx += a * a
    yy += b * b
    xy += a * b
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null
}
