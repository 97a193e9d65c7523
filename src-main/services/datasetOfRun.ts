import type { Domain } from '../contract/domain'
import { isSeries } from '../contract/domain'
import type { DatasetRecord } from '../contract/records/dataset'
import type { RunRecord } from '../contract/records/run'
import { sameText } from '../contract/text'
import { UserError } from '../data/userError'
import type { StudioContext } from './context'

/**
 * A data set for work with a run's model: the one that was asked for, else the run's own. The run's own may have been deleted since, or
 * another may have taken its name; then the error says what it was and how to get on.
 */
export function datasetOfRun({ datasets }: Pick<StudioContext, 'datasets'>, run: RunRecord, asked?: string): DatasetRecord {
  const { id, name, variant, domain } = run.dataset
  if ((asked ?? id) !== id) return datasets.get(asked ?? id)
  const record = datasets.list().find((each) => each.id === id)
  const again = `prepared as before (${variant})`
  if (!record) {
    throw new UserError(`The data set ${name}, on which ${run.name} was trained, is not in this workspace any more.`, {
      field: 'datasetId',
      mend: `Import it again under the name '${name}', ${again}. Samples, checkpoints and exports need no data.`,
    })
  }
  if (!sameLevels(record.domain, domain)) {
    throw new UserError(`The data set that is called ${record.name} now is not the one on which ${run.name} was trained: its examples have another shape or other levels.`, {
      field: 'datasetId',
      mend: `Give that one another name by importing it anew, and import ${name} again, ${again}.`,
    })
  }
  return record
}

const sameLevels = (one: Domain, other: Domain): boolean =>
  one.kind === other.kind && one.levels === other.levels && sameText(one, other) && (isSeries(one) ? one.sampleRate === other.sampleRate : one.shape.join() === other.shape.join())
