import type { IndependentConfig } from '../../contract/inspect/independent'
import { independent as description } from '../../contract/inspect/independent'
import { dimensionsOf, isSeries } from '../../contract/domain'
import { distributionFor } from '../distributions/distributionFor'
import { orderingOf } from '../../contract/inspect/orderings'
import { tf } from '../tensor/tf'
import { marginalParameters } from './marginalBias'
import type { Family, Model } from './model'
import { parameterOf } from './parameterOf'

/**
 * The factorised baseline: p(x) = ∏ p(x_i). Fitted by counting with add-one smoothing, p(x_i = k) = (n_ik + 1) / (N + K); its gradient
 * works as any other's, and descending it reaches the same numbers.
 *
 * Weights: logits [D, P]; audio: [1, P], one distribution for all time steps.
 */
export const independent: Family<IndependentConfig> = {
  description,
  build(_config, domain, _seed, statistics) {
    const distribution = distributionFor(domain)
    const sequence = isSeries(domain)
    const rows = sequence ? 1 : dimensionsOf(domain)
    const perDimension = distribution.parametersPerDimension
    const start = marginalParameters(domain, statistics, rows)
    const under = (ordering: Int32Array | null): Model => ({
      parameters: [{ name: 'logits', shape: [rows, perDimension], init: start ? { kind: 'values', values: start } : { kind: 'zeros' } }],
      distribution,
      ordering,
      ...(sequence ? { receptiveField: 0 } : { withOrdering: under }),
      conditionals(parameters, x) {
        const [batch, dimensions] = x.shape as [number, number]
        // [rows, P] -> [B, D, P]
        return tf.mul(tf.ones([batch, dimensions, 1]), tf.expandDims(parameterOf(parameters, 'logits'), 0))
      },
      fit: (counted) => ({ logits: marginalParameters(domain, counted, rows)! }),
      sampler(weights, batch) {
        const { data } = weights.get('logits')!
        const out = new Float32Array(batch * perDimension)
        return {
          logits(step) {
            const offset = (rows === 1 ? 0 : ordering![step]!) * perDimension
            for (let sample = 0; sample < batch; sample++) out.set(data.subarray(offset, offset + perDimension), sample * perDimension)
            return out
          },
          accept: () => undefined,
          direct: true,
        }
      },
    })
    return under(sequence ? null : orderingOf('raster', domain.shape))
  },
}
