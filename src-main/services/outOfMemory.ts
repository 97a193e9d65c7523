import { totalmem } from 'node:os'
import type { RunRecord } from '../contract/records/run'
import { EngineDiedError, EngineTaskError, saysNoMemory } from '../engine/errors'
import { familyOf } from './families'

/** Whether a training ended for want of memory, as far as can be told. */
export function ranOutOfMemory(failure: unknown): boolean {
  if (failure instanceof EngineDiedError) return failure.memory
  return failure instanceof EngineTaskError && saysNoMemory(failure.message)
}

/** Words in place of an allocator's report; null where the failure's own words will do. */
export function outOfMemoryWords(failure: unknown): string | null {
  return failure instanceof EngineTaskError && saysNoMemory(failure.message) ? 'There was not enough memory for a training step.' : null
}

/** Share of the machine's memory that a training may take: the system, the window and the data's cache need some too. */
const SHARE = 0.8

/** Memory that this process may use: the machine's, or what a container is given. */
function memoryBytes(): number {
  // 0 or a huge number where there is no limit.
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/**
 * The mend after memory ran out: half of the batch, or half of that, until the estimate fits what the machine has; null when not even single
 * examples fit. The estimate may be too low, so the batch that failed is never proposed again.
 */
export function batchThatFits({ model, dataset, training }: Pick<RunRecord, 'model' | 'dataset' | 'training'>, available = SHARE * memoryBytes()): number | null {
  const description = familyOf(model.family)
  const config = description.schema.parse(model.config)
  for (let batchSize = Math.floor(training.batchSize / 2); batchSize >= 1; batchSize = Math.floor(batchSize / 2)) {
    if (description.inspect(config, dataset.domain, { batchSize }).trainingMemoryBytes <= available) return batchSize
  }
  return null
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

export function smallerBatch(run: RunRecord): string {
  const fits = batchThatFits(run)
  if (fits === null) return 'If memory ran out, choose a smaller model: not even batches of one example fit.'
  const description = familyOf(run.model.family)
  const bytes = description.inspect(description.schema.parse(run.model.config), run.dataset.domain, { batchSize: fits }).trainingMemoryBytes
  return (
    `If memory ran out, train anew with batches of ${fits} (now ${run.training.batchSize}): they take about ${gigabytes(bytes)} ` +
    `of the ${gigabytes(memoryBytes())} that there are.`
  )
}
