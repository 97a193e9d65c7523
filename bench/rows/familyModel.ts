import type { Domain } from '../../src-main/contract/domain'
import { buildModel } from '../../src-main/engine/buildModel'
import type { Model } from '../../src-main/ml/models/model'

/** A model of the studio's own registry, with the defaults of its form where `config` says nothing. */
export const familyModel = (family: string, config: Record<string, unknown>, domain: Domain): Model => buildModel({ family, config }, domain, 1)
