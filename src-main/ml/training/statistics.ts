import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { ExampleSource } from '../evaluation/exampleSource'
import { isSequence } from '../evaluation/windows'
import type { DataStatistics } from '../models/model'

const EXAMPLES_AT_ONCE = 256
const SAMPLES_AT_ONCE = 65_536
/** Examples that an initialisation may look at: spread over the split, so that sorted data show all of themselves. */
const EXAMPLES_KEPT = 32

/** Counts the levels of a split in one pass, add-one smoothed: of each dimension [D × K], or of all samples together [K] for sequences. */
export async function levelStatistics(source: ExampleSource, domain: Domain, breathe: () => Promise<void>): Promise<DataStatistics> {
  const { levels: K } = domain
  const places = isSequence(domain) ? 1 : dimensionsOf(domain)
  const counts = new Float64Array(places * K).fill(1)
  const count = (values: Float32Array): void => {
    for (let index = 0; index < values.length; index++) counts[(index % places) * K + values[index]!]! += 1
  }
  if (isSequence(domain)) {
    for (let clip = 0; clip < source.count; clip++) {
      const length = source.lengthOf(clip)
      for (let start = 0; start < length; start += SAMPLES_AT_ONCE) count(await source.readWindow(clip, start, Math.min(SAMPLES_AT_ONCE, length - start)))
      await breathe()
    }
  } else {
    for (let first = 0; first < source.count; first += EXAMPLES_AT_ONCE) {
      const size = Math.min(EXAMPLES_AT_ONCE, source.count - first)
      count(await source.read(Array.from({ length: size }, (_value, offset) => first + offset), 0))
      await breathe()
    }
  }
  const marginals = new Float32Array(counts.length)
  for (let place = 0; place < places; place++) {
    const row = counts.subarray(place * K, (place + 1) * K)
    const total = row.reduce((sum, value) => sum + value, 0)
    for (let level = 0; level < K; level++) marginals[place * K + level] = row[level]! / total
  }
  if (isSequence(domain) || source.count === 0) return { marginals }
  const kept = Math.min(EXAMPLES_KEPT, source.count)
  const spread = Array.from({ length: kept }, (_value, index) => Math.floor((index * source.count) / kept))
  return { marginals, examples: await source.read(spread, 0) }
}
