import { beforeAll, describe, expect, it } from 'vitest'
import type { Block } from '../../contract/inspect/blocks/blocks'
import { inspectBlocks } from '../../contract/inspect/blocks/inspectBlocks'
import { gatedPixelCnnBlocks } from '../../contract/inspect/gatedPixelcnn'
import { pixelCnnBlocks } from '../../contract/inspect/pixelcnn'
import { waveNetBlocks } from '../../contract/inspect/wavenet'
import { checkCausality, proveCausality } from '../evaluation/causality'
import { biasAdd, relu } from '../tensor/ops'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { buildBlockModel } from './blockModel'
import { farFromUniform } from '../evaluation/probeWeights'
import { checkAutoregressive, checkCachedSampler, checkGradients, checkNormalised, checkSamples } from './exactness'
import { made } from './made'
import type { Model } from './model'
import { parameterOf } from './parameterOf'
import { audioDomain, imageDomain } from './testSupport'

/** Faults put in on purpose: the checks must find each. */
const image = imageDomain(3, 3)
const config = { channels: 12, blocks: 1, kernel: 3 as const, bottleneck: 9, firstKernel: 3 as const, headChannels: 12 }
const blocks = pixelCnnBlocks(config)
const swapped = blocks.map((block): Block => (block.kind === 'masked-conv' && block.mask === 'A' ? { ...block, mask: 'B' } : block))

beforeAll(() => startEngine())

const subjectOf = (model: Model, domain = image) => ({ model, domain, parameters: farFromUniform(model, 3) })

describe('mask B in place of mask A', () => {
  it('is named at edit time, before any tensor exists', () => {
    const { causal, leaks } = inspectBlocks('image', swapped, image)
    expect(causal).toBe(false)
    expect(leaks[0]!.block).toBe('blocks.1 (masked-conv)')
    expect(leaks[0]!.reason).toContain('mask B')
  })
  it('is found on the built model', () => {
    const subject = subjectOf(buildBlockModel('image', swapped, image))
    expect(() => checkAutoregressive(subject)).toThrow(/sees dimension/)
    expect(() => checkNormalised(subject)).toThrow(/sum to/)
  })
  it('is found between the colours of a pixel', () => {
    const rgb = imageDomain(1, 2, 3, 3)
    const { leaks } = checkCausality(...argumentsOf(subjectOf(buildBlockModel('image', swapped, rgb), rgb)))
    expect(leaks.some(({ conditional, sees }) => conditional === sees)).toBe(true)
  })
})

describe('a causal shift off by one', () => {
  const audio = audioDomain(6, 4)
  const unshifted = waveNetBlocks({ stacks: 1, layersPerStack: 2, kernel: 2, residual: 5, skip: 6, head: 6 }, audio).map((block): Block =>
    block.kind === 'sequence-embedding' ? { ...block, shift: 0 } : block,
  )
  it('is named at edit time', () => {
    expect(inspectBlocks('sequence', unshifted, audio).leaks[0]).toMatchObject({ block: 'blocks.0 (sequence-embedding)' })
  })
  it('is found on the built model', () => {
    const subject = subjectOf(buildBlockModel('sequence', unshifted, audio), audio)
    expect(() => checkAutoregressive(subject)).toThrow(/conditional of dimension (\d+) sees dimension \1/)
  })
})

describe('a vertical stack that is not shifted', () => {
  const gated = gatedPixelCnnBlocks(
    { channels: 9, layers: 1, kernel: 3, firstKernel: 3, headChannels: 9, condition: 'none', conditionSize: 0 },
    image,
  )
  const unshifted = gated.map((block): Block => (block.kind === 'gated-input' ? { ...block, shift: 0 } : block))
  it('is named at edit time', () => {
    expect(inspectBlocks('image', gated, image).causal).toBe(true)
    const { causal, leaks } = inspectBlocks('image', unshifted, image)
    expect(causal).toBe(false)
    expect(leaks[0]).toMatchObject({ block: 'blocks.1 (gated-input)', reason: expect.stringContaining('vertical stack') as string })
  })
  it('is found on the built model', () => {
    const subject = subjectOf(buildBlockModel('image', unshifted, image))
    expect(() => checkAutoregressive(subject)).toThrow(/sees dimension/)
    expect(() => checkNormalised(subject)).toThrow(/sum to/)
    expect(checkCausality(...argumentsOf(subjectOf(buildBlockModel('image', gated, image)))).leaks).toEqual([])
  })
})

describe('MADE without its masks', () => {
  const masked = made.build(made.description.schema.parse({ hidden: [12], direct: false }), image, 0)
  const unmasked: Model = {
    ...masked,
    conditionals(parameters, x) {
      const h = relu(
        biasAdd(
          tf.matMul(x as tf.Tensor2D, parameterOf(parameters, 'hidden.0.weight') as tf.Tensor2D),
          parameterOf(parameters, 'hidden.0.bias'),
        ),
      )
      return tf.expandDims(
        biasAdd(
          tf.matMul(h as tf.Tensor2D, parameterOf(parameters, 'output.weight') as tf.Tensor2D),
          parameterOf(parameters, 'output.bias'),
        ),
        2,
      )
    },
  }
  it('fails both by perturbation and by gradient', () => {
    const { leaks, differentiated, perturbed } = checkCausality(...argumentsOf(subjectOf(unmasked)))
    expect(new Set(leaks.map(({ how }) => how))).toEqual(new Set(['perturbation', 'gradient']))
    expect([differentiated, perturbed]).toEqual([9, 9])
  })
  it('is refused before training, with weights of the proof itself', () => {
    const before = tf.memory().numTensors
    expect(proveCausality(unmasked, image).leaks.length).toBeGreaterThan(0)
    expect(proveCausality(masked, image)).toMatchObject({ leaks: [], influential: 8 })
    expect(tf.memory().numTensors).toBe(before)
  })
  it('is no density', () => {
    expect(() => checkNormalised(subjectOf(unmasked))).toThrow(/sum to/)
  })
  it('passes with them', () => {
    expect(checkCausality(...argumentsOf(subjectOf(masked))).leaks).toEqual([])
  })
})

describe('other faults', () => {
  const right = buildBlockModel('image', blocks, image)
  it('a cached sampler that forgets what it drew', async () => {
    // Without the plan of the kernels, which draws in its place.
    const forgetful: Model = { ...right, samplingPlan: undefined, sampler: (weights, batch) => ({ ...right.sampler!(weights, batch), accept: () => undefined }) }
    await expect(checkCachedSampler(subjectOf(forgetful))).rejects.toThrow(/away from the forward pass/)
    await expect(checkSamples(subjectOf(forgetful))).rejects.toThrow(/disagree with the density/)
  })
  it('a gradient that is wrong by a tenth', () => {
    const scaled: Model = {
      ...right,
      conditionals: (parameters, x) => {
        const wrong = tf.customGrad((...inputs: Array<tf.Tensor | ((tensors: tf.Tensor[]) => void)>) => ({
          value: (inputs[0] as tf.Tensor).clone(),
          gradFunc: (dy: tf.Tensor) => tf.mul(dy, 1.1),
        }))
        return wrong(right.conditionals(parameters, x))
      },
    }
    expect(() => checkGradients(subjectOf(scaled))).toThrow(/gradient of/)
  })
  it('log-probabilities that are too large', () => {
    const generous: Model = {
      ...right,
      distribution: { ...right.distribution, logProb: (parameters, x) => tf.add(right.distribution.logProb(parameters, x), 0.001) },
    }
    expect(() => checkNormalised(subjectOf(generous))).toThrow(/sum to/)
  })
})

function argumentsOf({ model, parameters, domain }: ReturnType<typeof subjectOf>): Parameters<typeof checkCausality> {
  return [model, parameters, domain]
}
