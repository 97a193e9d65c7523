import { isSeries, sameText } from '../../src-main/contract'
import type { DatasetRecord, RunRecord } from '../../src-main/contract'

/** Whether a run's model can be asked about a data set: its own, or one of the same kind, shape and levels. */
export function fitsDomain(run: RunRecord, { id, domain }: DatasetRecord): boolean {
  if (id === run.dataset.id) return true
  const own = run.dataset.domain
  const sameShape = isSeries(own) ? own.sampleRate === domain.sampleRate && sameText(own, domain) : own.shape.join() === domain.shape.join()
  return own.kind === domain.kind && own.levels === domain.levels && sameShape
}
