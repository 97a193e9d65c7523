import { beforeAll, expect, it, vi } from 'vitest'
import { farFromUniform } from '../evaluation/probeWeights'
import { startEngine } from '../tensor/startEngine'
import { checkAutoregressive, checkNormalised } from './exactness'
import { diagonalBiLstm } from './pixelRnn'
import { imageDomain } from './testSupport'

/** A fault put in on purpose: the direction from the right is not moved down by one row, so that it sees what is still to come. */
vi.mock(import('../tensor/wavefrontLayout'), async (original) => ({ ...(await original()), downOneRow: (x) => x }))

beforeAll(() => startEngine())

it('a second direction that is not moved down by one row is found on the built model', () => {
  const domain = imageDomain(3, 3)
  const model = diagonalBiLstm.build(diagonalBiLstm.description.schema.parse({ channels: 8, hidden: 6, firstKernel: 3, headChannels: 8 }), domain, 0)
  const subject = { model, domain, parameters: farFromUniform(model, 3) }
  expect(() => checkAutoregressive(subject)).toThrow(/sees dimension/)
  expect(() => checkNormalised(subject)).toThrow(/sum to/)
})
