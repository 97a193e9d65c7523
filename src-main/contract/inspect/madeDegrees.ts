import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import { conditionalParameters, isDensity } from './conditionalKinds'
import type { MadeConfig } from './made'
import { configuredOrdering } from './orderedConfig'
import { integersBelow, orderingOf, ranksOf } from './orderings'

/** Degrees m of every unit: a unit of degree m sees the first m dimensions of the ordering (MADE, section 4). */
export interface MadeDegrees {
  /** One per input unit (D, or D·K one-hot). The dimension generated first has degree 1. */
  input: Int32Array
  hidden: Int32Array[]
  /** One per output unit (D·P). An output of degree d is joined to units of degree < d. */
  output: Int32Array
}

/** Whether levels enter one-hot. Binary ones enter as they are. */
export function madeOneHot(config: Pick<MadeConfig, 'input' | 'conditionals'>, domain: Domain): boolean {
  // Real values have no level to be one of.
  if (domain.levels === 2 || isDensity(config.conditionals)) return false
  if (config.input === 'auto') return domain.levels <= 16 && dimensionsOf(domain) * domain.levels <= 16_384
  return config.input === 'one-hot'
}

/** The ordering of one of several masks: the configured one, or in an order-agnostic model a random one for each but the first. */
export function madeOrdering(config: MadeConfig, domain: Pick<Domain, 'shape'>, member = 0): Int32Array {
  if (member === 0 || !config.orderAgnostic) return configuredOrdering(config, domain)
  return orderingOf('random', domain.shape, config.orderingSeed + 104_729 * member)
}

/** Degrees under one of several masks; the hidden ones of all but the first are random. `ordering`: another than that of the mask. */
export function madeDegrees(config: MadeConfig, domain: Domain, member = 0, ordering = madeOrdering(config, domain, member)): MadeDegrees {
  const dimensions = dimensionsOf(domain)
  const ranks = ranksOf(ordering)
  const outputs = conditionalParameters(config.conditionals, config.components, domain)
  if (!config.masked) return unmasked(dimensions * (madeOneHot(config, domain) ? domain.levels : 1), config.hidden, dimensions * outputs)
  const repeated = (times: number): Int32Array =>
    Int32Array.from({ length: dimensions * times }, (_value, unit) => ranks[Math.floor(unit / times)]! + 1)
  const highest = Math.max(1, dimensions - 1)
  const below = integersBelow(config.degreesSeed + 7919 * member)
  let lowest = 1
  const hidden = config.hidden.map((units) => {
    const degrees = new Int32Array(units)
    for (let unit = 0; unit < units; unit++) {
      if (config.degrees === 'random' || member > 0) degrees[unit] = lowest + below(highest - lowest + 1)
      else degrees[unit] = units >= highest ? 1 + (unit % highest) : 1 + Math.floor((unit * highest) / units)
    }
    // No unit may lie below all units of the layer under it: it would see nothing.
    lowest = degrees.reduce((least, degree) => Math.min(least, degree), highest)
    return degrees
  })
  return { input: repeated(madeOneHot(config, domain) ? domain.levels : 1), hidden, output: repeated(outputs) }
}

/** Degrees that keep every weight, of an autoencoder. */
const unmasked = (inputs: number, hidden: readonly number[], outputs: number): MadeDegrees => ({
  input: new Int32Array(inputs).fill(1),
  hidden: hidden.map((units) => new Int32Array(units).fill(1)),
  output: new Int32Array(outputs).fill(2),
})

/** Number of pairs with from ≤ to, or from < to: the entries that a mask keeps. */
export function keptByMask(from: Int32Array, to: Int32Array, rule: 'at most' | 'below'): number {
  const highest = Math.max(...[from, to].map((degrees) => degrees.reduce((most, degree) => Math.max(most, degree), 0)))
  const upTo = new Float64Array(highest + 2)
  for (const degree of from) upTo[degree + 1] = upTo[degree + 1]! + 1
  for (let degree = 1; degree < upTo.length; degree++) upTo[degree] = upTo[degree]! + upTo[degree - 1]!
  // upTo[d + 1] units have degree ≤ d
  let kept = 0
  for (const degree of to) kept += upTo[rule === 'at most' ? degree + 1 : degree]!
  return kept
}
