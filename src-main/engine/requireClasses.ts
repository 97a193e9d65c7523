import type { Domain } from '../contract/domain'
import { readIdentity } from '../data/openStore'
import type { Model } from '../ml/models/model'

/** Refuses a class-conditional model where the data set has no classes, or more of them than the model knows. */
export function requireClasses({ conditioning }: Model, { folder, domain }: { folder: string; domain: Domain }): void {
  if (conditioning?.kind !== 'class') return
  const { classes } = domain
  if (classes === undefined)
    throw new Error(
      `The model is conditioned on classes, but ${readIdentity(folder).name} has none. ` +
        'Import it again with labels (--labels folders, a CSV file or a pattern), or choose a model without classes.',
    )
  if (classes > conditioning.classes)
    throw new Error(
      `${readIdentity(folder).name} has ${classes} classes, but the model knows ${conditioning.classes}. ` +
        'Choose a data set with those classes, or make the model anew for this one.',
    )
}
