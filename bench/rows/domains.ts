import { domainSchema } from '../../src-main/contract/domain'
import type { Domain } from '../../src-main/contract/domain'

export const binaryDigits: Domain = domainSchema.parse({ kind: 'image', shape: [28, 28, 1], levels: 2 })
/** Grey digits of few levels, for what has weights for each level. */
export const fewLevels: Domain = domainSchema.parse({ kind: 'image', shape: [28, 28, 1], levels: 8 })
/** As the Frey faces. */
export const greyFaces: Domain = domainSchema.parse({ kind: 'image', shape: [28, 20, 1], levels: 256 })
export const colourImages: Domain = domainSchema.parse({ kind: 'image', shape: [32, 32, 3], levels: 256 })
export const sound = (samples: number, sampleRate = 8000): Domain =>
  domainSchema.parse({ kind: 'audio', shape: [samples], levels: 256, variableLength: true, sampleRate, encoding: 'mu-law' })
