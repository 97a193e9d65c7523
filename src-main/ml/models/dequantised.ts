import type { Distribution } from '../distributions/distribution'
import { tf } from '../tensor/tf'
import type { Model } from './model'

/**
 * Objective and score of a density of dequantised values y = x + u, u ~ U[0, 1): E_u log p(x + u) ≤ log P(x), in nats. Densities are per level, so log K has
 * been taken off already. Training draws u anew each step.
 */
export function dequantisedObjective(
  distribution: Distribution,
  conditionals: Model['conditionals'],
): Pick<Required<Model>, 'trainingNll' | 'boundPerDimension'> {
  const boundPerDimension: Required<Model>['boundPerDimension'] = (parameters, x, noise, condition) => {
    const y = tf.add(x, noise.uniform([...x.shape]))
    return distribution.logProb(conditionals(parameters, y, condition), y)
  }
  return {
    boundPerDimension,
    trainingNll: (parameters, x, noise, condition) => tf.neg(boundPerDimension(parameters, x, noise, condition)),
  }
}
