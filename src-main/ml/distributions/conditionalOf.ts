import type { ConditionalKind } from '../../contract/inspect/conditionalKinds'
import { discretizedLogisticMixture } from './discretizedLogisticMixture'
import type { Distribution } from './distribution'
import { distributionFor } from './distributionFor'
import { mixtureOfGaussians } from './mixtureOfGaussians'
import { mixtureOfLaplace } from './mixtureOfLaplace'

/** The distribution that a configuration's `conditionals` names. */
export function conditionalOf(kind: ConditionalKind, components: number, levels: number): Distribution {
  switch (kind) {
    case 'softmax':
      return distributionFor({ levels })
    case 'gaussians':
      return mixtureOfGaussians(levels, components)
    case 'laplace':
      return mixtureOfLaplace(levels, components)
    case 'logistics':
      return discretizedLogisticMixture(levels, components)
  }
}
