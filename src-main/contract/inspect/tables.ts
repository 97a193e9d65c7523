import { z } from 'zod'
import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import { count, describeDomain, parametersPerDimension } from './figures'
import type { Inspection } from '../records/model'

/**
 * Families of conditional tables: every conditional p(x_i | parents) has one row of parameters for each combination of its parents' levels.
 * Rows lie one conditional after another; inside one the first parent is the least significant digit of the row's number.
 */
export interface TableLayout {
  /** For each dimension (raster index) the dimensions that its table looks at, the one to be forgotten first last. */
  parents: readonly Int32Array[]
  /** First row of each dimension's table. */
  offsets: Int32Array
  /** Rows in all. */
  contexts: number
}

/** More rows than this are neither counted in reasonable memory nor filled by any data set. */
export const MOST_TABLE_NUMBERS = 2 ** 24

/** Tables of their own for each dimension. */
export function tablesOf(parents: readonly Int32Array[], levels: number): TableLayout {
  const offsets = new Int32Array(parents.length)
  let contexts = 0
  parents.forEach((own, dimension) => {
    offsets[dimension] = contexts
    contexts += levels ** own.length
    // Beyond this nothing is built, so that the numbers need not fit.
    if (contexts > MOST_TABLE_NUMBERS) contexts = Infinity
  })
  return { parents, offsets, contexts }
}

/** Fields shared by the families that are fitted by counting. */
export const countingFields = {
  prior: z
    .number()
    .min(0.001)
    .max(1000)
    .default(0.5)
    .meta({
      title: 'Prior count',
      description: 'How often each level is taken to have been seen already, in every row. 1/2: Krichevsky and Trofimov; 1: Laplace.',
    }),
  backOff: z
    .boolean()
    .meta({
      title: 'Back off',
      description: 'Spread the prior counts as the row with one parent fewer predicts, instead of evenly: rows seen rarely lean on those seen often.',
    }),
}

/** The error for tables that no memory holds; null when they fit. */
export function refusesTables(name: string, domain: Domain, contexts: number, mend: string): string | null {
  if (contexts * parametersPerDimension(domain) <= MOST_TABLE_NUMBERS) return null
  return `The tables of ${name} for ${describeDomain(domain)} would hold more than ${count(MOST_TABLE_NUMBERS)} numbers. ${mend}`
}

export function tableBlock(domain: Domain, contexts: number): Inspection['blocks'][number] {
  const perDimension = parametersPerDimension(domain)
  return { name: 'tables', kind: 'table', shape: [contexts, perDimension], parameters: contexts * perDimension, multiplyAdds: dimensionsOf(domain) }
}

/** The conditional's own view in words and the drawn pixel's map: what its parents are. */
export function tableReceptiveField(domain: Domain, parents: readonly Int32Array[], words: string, ranks: Int32Array, pixel?: [number, number]) {
  const size = parents.reduce((most, own) => Math.max(most, own.length), 0)
  const field = { text: words, size }
  if (domain.kind !== 'image') return field
  const [height = 1, width = 1, channels = 1] = domain.shape
  const clamp = (value: number, most: number): number => Math.min(most - 1, Math.max(0, value))
  const [row, column] = pixel ? [clamp(pixel[0], height), clamp(pixel[1], width)] : [Math.floor(height / 2), Math.floor(width / 2)]
  const own = row * width + column
  const channelsOf = (cell: number): number[] => Array.from({ length: channels }, (_value, channel) => cell * channels + channel)
  const lastRank = Math.max(...channelsOf(own).map((dimension) => ranks[dimension]!))
  const seen = new Set(channelsOf(own).flatMap((dimension) => Array.from(parents[dimension]!, (parent) => Math.floor(parent / channels))))
  const cells = new Uint8Array(height * width)
  for (let cell = 0; cell < cells.length; cell++) {
    if (cell === own) continue
    const earlier = Math.min(...channelsOf(cell).map((dimension) => ranks[dimension]!)) < lastRank
    cells[cell] = seen.has(cell) ? 1 : earlier ? 2 : 0
  }
  return { ...field, map: { height, width, pixel: [row, column] as [number, number], cells } }
}
