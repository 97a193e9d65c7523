import type { Domain } from '../contract/domain'
import { readIdentity } from '../data/openStore'
import { NO_FEATURES } from '../ml/evaluation/conditionOf'
import type { FeatureConditioning, Model } from '../ml/models/model'

/** Refuses a class-conditional model where the data set has no classes, or more of them than the model knows; the same of features. */
export function requireClasses({ conditioning }: Model, { folder, domain }: { folder: string; domain: Domain }): void {
  if (conditioning?.kind === 'features') return requireFeatures(conditioning, folder)
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

/** The features in the folder must be those that the model was made for, frame by frame; it brings its own mean and deviation. */
function requireFeatures({ size, hop }: FeatureConditioning, folder: string): void {
  const { name, domain } = readIdentity(folder)
  if (!domain.features) throw new Error(NO_FEATURES)
  const { features } = domain
  if (features.size !== size || features.hop !== hop)
    throw new Error(
      `${name} has ${features.size} features for every ${features.hop} samples, but the model takes ${size} for every ${hop}. Import the recordings again with those.`,
    )
}
