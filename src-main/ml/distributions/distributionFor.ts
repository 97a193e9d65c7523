import type { Domain } from '../../contract/domain'
import { bernoulli } from './bernoulli'
import { categorical } from './categorical'
import type { Distribution } from './distribution'

/** The conditional distribution of a discrete domain: Bernoulli where binary, else a softmax over its K levels. */
export function distributionFor(domain: Pick<Domain, 'levels'>): Distribution {
  return domain.levels === 2 ? bernoulli : categorical(domain.levels)
}
