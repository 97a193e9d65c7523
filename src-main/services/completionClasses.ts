import { classesOfSamples, conditioningOf } from '../contract/conditioning'
import type { RunRecord } from '../contract/records/run'
import type { SampleClass } from '../contract/records/samples'
import { UserError } from '../data/userError'
import type { CompletedExamples } from './completionSource'

/** The class of each completion: the one asked for, or each example's own. undefined for a model that is not conditioned. */
export function classesFor({ name, model, dataset }: RunRecord, { examples, labels }: CompletedExamples, draws: number, asked?: SampleClass): number[] | undefined {
  const conditioning = conditioningOf(model, dataset.domain)
  if (conditioning?.kind === 'vector')
    throw new UserError(`${name} is conditioned on vectors, which can only be given with data.`, { field: 'runId', mend: 'Complete with another model.' })
  if (conditioning?.kind === 'features')
    throw new UserError(`${name} is conditioned on features, so it completes nothing yet.`, { field: 'runId', mend: 'Draw whole samples for the features of a recording, or complete with another model.' })
  if (!conditioning) {
    if (asked !== undefined) throw new UserError(`${name} is not conditioned on classes, so none can be chosen.`, { field: 'class', mend: 'Leave the class out.' })
    return undefined
  }
  const { classes } = conditioning
  if (typeof asked === 'number' && asked >= classes)
    throw new UserError(`${name} knows ${classes} classes, 0 to ${classes - 1}; there is no class ${asked}.`, { field: 'class' })
  if (asked !== undefined) return examples.flatMap(() => classesOfSamples(asked, draws, classes))
  if (!labels) throw new UserError(`${name} is conditioned on classes, but what is to be completed has no labels.`, { field: 'class', mend: 'Say which class it shall have.' })
  return labels.flatMap((label) => new Array<number>(draws).fill(label))
}
