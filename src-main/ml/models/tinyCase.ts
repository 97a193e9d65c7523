import type { Domain } from '../../contract/domain'

/** Configurations on domains small enough to enumerate, at least one for every family: what the exactness tests run over. */
export interface TinyCase {
  family: string
  title: string
  config: Record<string, unknown>
  domain: Domain
  /** Of a conditioned model: p(x | condition) is what is checked. */
  condition?: number[]
}
