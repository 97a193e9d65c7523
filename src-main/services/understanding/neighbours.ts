import type { SplitName } from '../../contract/domain'
import { dimensionsOf, isSeries } from '../../contract/domain'
import type { Neighbours } from '../../contract/records/understanding'
import { openSplit } from '../../data/openStore'
import { UserError } from '../../data/userError'
import { createNearestSearch } from '../../ml/evaluation/neighbours'
import type { StudioContext } from '../context'
import { coalesced } from '../eventHub'
import { streamJob } from '../streamJob'
import { levelsFrom } from '../../contract/levels'
import type { LevelArray } from '../../contract/levels'

export interface NeighboursInput {
  datasetId: string
  split: SplitName
  /** n × D */
  levels: LevelArray
  count: number
}

export interface NeighboursMessage {
  done: number
  total: number
  result: Neighbours | null
}

/** Levels read together, and dimensions compared before other work gets its turn. */
const READ_LEVELS = 2 ** 21
const COMPARED_TOGETHER = 2 ** 25

/** The examples of a split that are nearest to some levels, by exact search through all of them. */
export async function* neighbours(context: StudioContext, input: NeighboursInput, signal: AbortSignal | undefined): AsyncGenerator<NeighboursMessage, void> {
  const { datasets } = context
  const dataset = datasets.get(input.datasetId)
  const { domain } = dataset
  const { split, levels, count } = input
  const size = dimensionsOf(domain)
  if (isSeries(domain))
    throw new UserError(`${dataset.name} holds sounds of different length, which have no Euclidean distance.`, { field: 'datasetId' })
  if (dataset.counts[split] === 0) throw new UserError(`${dataset.name} has no examples in its ${split} split.`, { field: 'split', mend: 'Choose another split.' })
  if (levels.length === 0 || levels.length % size !== 0)
    throw new UserError(`${levels.length} levels are no whole number of examples of ${dataset.name}, which have ${size} dimensions.`, { field: 'levels' })
  const queries = levels.length / size
  const title = `Nearest examples of ${dataset.name}, ${split}, to ${queries} ${queries === 1 ? 'sample' : 'samples'}`
  const stream = streamJob(context, { kind: 'score', title, unit: 'examples', datasetId: dataset.id }, signal, (jobSignal) => search(jobSignal))
  yield* coalesced(stream, (item: NeighboursMessage) => item.result !== null)

  async function* search(jobSignal: AbortSignal): AsyncGenerator<NeighboursMessage, void> {
    const reader = await openSplit(datasets.folderOf(dataset.id), split)
    try {
      const total = reader.count
      const together = Math.max(1, Math.min(total, Math.floor(READ_LEVELS / size), Math.floor(COMPARED_TOGETHER / size / queries)))
      const nearest = createNearestSearch(levels, size, count)
      for (let first = 0; first < total; first += together) {
        const rows = Math.min(together, total - first)
        nearest.add(await reader.read(Array.from({ length: rows }, (_value, row) => first + row), 0), rows, first)
        yield { done: first + rows, total, result: null }
        await new Promise(setImmediate)
        jobSignal.throwIfAborted()
      }
      const found = nearest.finish()
      const indices = found.flatMap((row) => row.map(({ index }) => index))
      const labels = await reader.labelsOf(indices)
      let at = 0
      yield {
        done: total,
        total,
        result: {
          dataset: { id: dataset.id, name: dataset.name },
          domain,
          split,
          examples: total,
          found: found.map((row) => row.map((neighbour) => ({ ...neighbour, label: labels?.[at++] ?? null }))),
          levels: levelsFrom(await reader.read(indices, 0), domain),
        },
      }
    } finally {
      await reader.close()
    }
  }
}
