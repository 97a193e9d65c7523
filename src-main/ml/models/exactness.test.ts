import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dimensionsOf } from '../../contract/domain'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import type { Subject } from './exactness'
import { farFromUniform } from '../evaluation/probeWeights'
import { checkAutoregressive, checkCachedSampler, checkGradients, checkNoLeakedTensors, checkNormalised, checkSamples, ofWholeExamples } from './exactness'
import { fixCondition } from './fixCondition'
import { fixLatents } from './fixLatents'
import { families } from './registry'
import { imageDomain } from './testSupport'
import { tinyCases } from './tinyCases'

describe.each(tinyCases.map((tiny) => ({ ...tiny, name: `${tiny.family}: ${tiny.title}` })))('$name', ({ family: id, config, domain, condition }) => {
  let subject: Subject
  beforeAll(async () => {
    await startEngine()
    const family = families.find((candidate) => candidate.description.id === id)!
    const built = family.build(family.description.schema.parse(config), domain, 0)
    const given = condition ? fixCondition(built, Float32Array.from(condition)) : ofWholeExamples(built, domain)
    // What is exact of a model with latents is p(x | ε); its bounds of p(x) are tested in latents.test.
    const model = given.latents ? fixLatents(given, randomStream(7, 'ε').fillNormal(new Float32Array(given.latents.size(dimensionsOf(domain))))) : given
    subject = { model, domain, parameters: farFromUniform(model, 7) }
  })
  afterAll(() => tf.dispose(subject.parameters))

  it('is normalised', () => {
    expect(checkNormalised(subject)).toBeCloseTo(1, 4)
  })
  it('is autoregressive', () => {
    checkAutoregressive(subject, { independent: id === 'independent' })
  })
  it('draws samples that agree with its density', async () => {
    expect(await checkSamples(subject)).toBeGreaterThan(1e-3)
  })
  it('samples from the cache as from whole forward passes', async () => {
    expect(await checkCachedSampler(subject)).toBeLessThan(1e-4)
  })
  it('has right gradients', () => {
    expect(checkGradients(subject)).toBeLessThanOrEqual(1)
  })
  it('leaves no tensors behind', () => {
    checkNoLeakedTensors(subject)
  })
})

it('covers every registered family', () => {
  const covered = new Set(tinyCases.map(({ family }) => family))
  expect(families.map(({ description }) => description.id).filter((id) => !covered.has(id))).toEqual([])
})

it('lets the naive sampler agree with the density too', async () => {
  await startEngine()
  const domain = imageDomain(2, 3)
  const model = families
    .find(({ description }) => description.id === 'pixelcnn')!
    .build({ channels: 6, blocks: 1, kernel: 3, bottleneck: 4, firstKernel: 3, headChannels: 5 }, domain, 0)
  const parameters = farFromUniform(model, 2)
  expect(await checkSamples({ model, domain, parameters }, { naive: true })).toBeGreaterThan(1e-3)
  tf.dispose(parameters)
})
