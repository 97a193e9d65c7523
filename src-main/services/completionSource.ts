import type { Domain, SplitName } from '../contract/domain'
import { dimensionsOf, isSeries } from '../contract/domain'
import type { CompletionSource } from '../contract/records/completion'
import type { RunRecord } from '../contract/records/run'
import { openSplit } from '../data/openStore'
import type { SplitReader } from '../data/packedStore'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'
import { datasetOfRun } from './datasetOfRun'
import { levelArray, levelsFrom } from '../contract/levels'
import type { LevelArray } from '../contract/levels'

/** What is to be completed. */
export interface CompletedExamples {
  /** The run's domain; clips of audio are cut to the shortest of them. */
  domain: Domain
  split: SplitName | null
  /** Index of each in its split; 0…n−1 of levels that were given. */
  examples: number[]
  /** n × D */
  levels: LevelArray
  labels: number[] | null
}

export async function examplesOf(context: StudioContext, run: RunRecord, source: CompletionSource): Promise<CompletedExamples> {
  const { domain } = run.dataset
  if (source.kind === 'levels') return givenExamples(source.levels, domain)
  const { split } = source
  const dataset = datasetOfRun(context, run)
  const reader = await openSplit(context.datasets.folderOf(dataset.id), split)
  try {
    if (reader.count === 0)
      throw new UserError(`${dataset.name} has no examples in its ${split} split.`, { field: 'source.split', mend: 'Choose another split.' })
    const examples = source.kind === 'spread' ? spread(reader.count, source.count) : source.indices
    const beyond = examples.find((index) => index >= reader.count)
    if (beyond !== undefined)
      throw new UserError(`There is no example ${beyond}: the ${split} split of ${dataset.name} has ${reader.count}, from 0.`, { field: 'source.indices' })
    const labels = await reader.labelsOf(examples)
    return { ...(await levelsOf(reader, examples, domain, source.kind === 'examples' ? source.length : undefined)), split, examples, labels: labels && [...labels] }
  } finally {
    await reader.close()
  }
}

/** `count` of `total` indices, evenly apart: splits are often sorted by class. */
const spread = (total: number, count: number): number[] =>
  Array.from({ length: Math.min(count, total) }, (_value, place) => Math.floor((place * total) / Math.min(count, total)))

async function levelsOf(reader: SplitReader, examples: readonly number[], domain: Domain, most = Infinity): Promise<Pick<CompletedExamples, 'domain' | 'levels'>> {
  if (!isSeries(domain)) return { domain, levels: levelsFrom(await reader.read(examples, 0), domain) }
  const length = Math.min(most, ...examples.map((index) => reader.lengthOf(index)))
  const levels = new (levelArray(domain.levels))(examples.length * length)
  for (const [place, index] of examples.entries()) levels.set(await reader.readWindow(index, 0, length), place * length)
  return { domain: { ...domain, shape: [length] }, levels }
}

function givenExamples(levels: LevelArray, domain: Domain): CompletedExamples {
  const series = isSeries(domain)
  const size = series ? levels.length : dimensionsOf(domain)
  if (levels.length === 0 || levels.length % size !== 0)
    throw new UserError(`${levels.length} levels are no whole number of examples of ${size} dimensions.`, { field: 'source.levels' })
  const wrong = levels.findIndex((level) => level >= domain.levels)
  if (wrong >= 0)
    throw new UserError(`Value ${wrong} of what is to be completed is ${levels[wrong]}, but the data has the levels 0 to ${domain.levels - 1}.`, { field: 'source.levels' })
  const examples = Array.from({ length: levels.length / size }, (_value, index) => index)
  return { domain: series ? { ...domain, shape: [size] } : domain, split: null, examples, levels: levelsFrom(levels, domain), labels: null }
}
