import { familyDescription } from '../contract/inspect/registry'
import type { ModelDocument } from '../contract/records/model'
import type { Model } from '../ml/models/model'

/** Refuses a model with latent variables where its conditionals p(x_i | x_<i) are asked for: they have no closed form. */
export function requireConditionals({ latents }: Model, { family }: ModelDocument): void {
  if (!latents) return
  throw new Error(
    `${familyDescription(family).title} has latent variables, so its conditionals p(x_i | x_<i) have no closed form and cannot be shown one by one. ` +
      'Score the run for its bound, or choose a model without latents.',
  )
}
