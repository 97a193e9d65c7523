import { RejectedFileError } from './importers/inputFile'
import type { NumberArray } from './importers/matrix'

/** What values a table holds. */
export interface NumberRange {
  smallest: number
  largest: number
  /** All values are whole numbers. */
  whole: boolean
}

export function emptyRange(): NumberRange {
  return { smallest: Infinity, largest: -Infinity, whole: true }
}

/** Widens a range by the values of one batch, except those of the column `without`. */
export function widenRange(range: NumberRange, values: NumberArray, columns: number, without?: number): void {
  const floats = values instanceof Float32Array || values instanceof Float64Array
  let { smallest, largest, whole } = range
  for (let i = 0; i < values.length; i++) {
    if (without !== undefined && i % columns === without) continue
    const value = values[i]!
    if (value < smallest) smallest = value
    if (value > largest) largest = value
    if (floats && whole && !Number.isInteger(value)) whole = false
    if (value !== value) throw new RejectedFileError('it holds values that are no numbers (NaN)')
  }
  Object.assign(range, { smallest, largest, whole })
}

export interface NumberReading {
  /** Number of levels K. */
  levels: number
  /** value -> level 0…K−1 */
  toLevels(values: NumberArray): Uint8Array
  /** What was done to the values; null when they are levels as they stand. */
  note: string | null
}

const unchanged = (values: NumberArray) => (values instanceof Uint8Array ? values : Uint8Array.from(values))
const byScale = (scale: number, offset: number) => (values: NumberArray) => Uint8Array.from(values, (value) => Math.round(value * scale + offset))

/**
 * How numbers are to be read as levels: 0/1 are binary; whole numbers 0…255 are levels (256 for images whose values go beyond 31,
 * else as many as occur); images in [0, 1] or [−1, 1] are scaled to 0…255, and other images within 0…255 rounded.
 */
export function readingOf(range: NumberRange, image: boolean): NumberReading {
  const { smallest, largest, whole } = range
  const within = `values from ${format(smallest)} to ${format(largest)}`
  if (whole && smallest >= 0 && largest <= 1) return { levels: 2, toLevels: unchanged, note: null }
  if (whole && smallest >= 0 && largest <= 255) return { levels: image && largest > 31 ? 256 : largest + 1, toLevels: unchanged, note: null }
  if (!image) throw new RejectedFileError(`${within}${whole ? '' : ' that are not whole'}; a table must hold whole numbers 0…255 (real-valued columns have to be quantised first)`)
  if (!whole && smallest >= 0 && largest <= 1) return { levels: 256, toLevels: byScale(255, 0), note: 'scaled from [0, 1] to 0…255' }
  if (smallest >= -1 && largest <= 1) return { levels: 256, toLevels: byScale(127.5, 127.5), note: 'scaled from [−1, 1] to 0…255' }
  if (smallest >= 0 && largest <= 255) return { levels: 256, toLevels: byScale(1, 0), note: 'rounded to whole levels' }
  throw new RejectedFileError(`${within}; images must hold whole numbers 0…255, or numbers in [0, 1] or [−1, 1]`)
}

function format(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4)
}
