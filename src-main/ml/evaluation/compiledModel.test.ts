import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dimensionsOf } from '../../contract/domain'
import { checkAutoregressive, checkNormalised, checkSamples, ofWholeExamples } from '../models/exactness'
import type { Subject } from '../models/exactness'
import { made } from '../models/made'
import { familyById } from '../models/registry'
import { audioDomain, imageDomain } from '../models/testSupport'
import { tinyCases } from '../models/tinyCases'
import { wavenet } from '../models/wavenet'
import { randomStream } from '../tensor/random'
import { startEngine } from '../tensor/startEngine'
import { tf } from '../tensor/tf'
import { compileModel } from './compiledModel'
import type { CompiledModel } from './compiledModel'
import { conditionShape } from './condition'
import { farFromUniform } from './probeWeights'

beforeAll(async () => {
  await startEngine()
})

const built = tinyCases.map((tiny, index) => {
  const { description, build } = familyById(tiny.family)
  const model = build(description.schema.parse(tiny.config), tiny.domain, 0)
  const first = tinyCases.findIndex(({ family }) => family === tiny.family) === index
  return { ...tiny, name: `${tiny.family}: ${tiny.title}`, model, first }
})
// Fitted by counting and bounded densities have their own suites; conditioned ones are compared with eager below.
const exact = built.filter(
  ({ model }) => !model.boundPerDimension && !model.conditioning && model.parameters.length > 0 && model.distribution.kind !== 'density',
)

describe.each(exact)('compiled $name', ({ model, domain, family, first }) => {
  let compiled: CompiledModel
  let subject: Subject
  beforeAll(() => {
    const parameters = farFromUniform(model, 7)
    compiled = compileModel(model, parameters)
    subject = { model: ofWholeExamples(compiled.model, domain), domain, parameters }
  })
  afterAll(() => {
    compiled.dispose()
    tf.dispose(subject.parameters)
  })

  it('is normalised and autoregressive', () => {
    expect(checkNormalised(subject)).toBeCloseTo(1, 4)
    // Of the eager form more examples are looked at; below both forms answer the same. Pairs need several: sources that end early say little.
    checkAutoregressive(subject, { independent: family === 'independent', seeds: domain.text?.source === undefined ? 1 : 3 })
  })
  it.runIf(first)('draws naive samples that agree with its density', async () => {
    expect(await checkSamples(subject, { naive: true, count: 8000 })).toBeGreaterThan(1e-3)
  })
})

const weighted = built.filter(({ model }) => model.parameters.length > 0)

describe('the compiled forms answer what the eager ones do, with conditions too, and leave no tensor', () => {
  it.each(weighted)('$name', ({ model, domain }) => {
    const before = tf.memory().numTensors
    const parameters = farFromUniform(model, 3)
    const compiled = compileModel(model, parameters)
    tf.tidy(() => {
      const random = randomStream(1, 'x')
      const [rows, D] = [5, dimensionsOf(domain)]
      const x = tf.tensor2d(
        Float32Array.from({ length: rows * D }, () => random.integer(domain.levels)),
        [rows, D],
      )
      const { conditioning } = model
      const condition =
        conditioning &&
        (conditioning.kind === 'class' ? tf.range(0, rows, 1, 'float32').mod(conditioning.classes) : tf.ones(conditionShape(conditioning, rows, D)))
      const [a, b] = [compiled.model.conditionals({}, x, condition), model.conditionals(parameters, x, condition)].map((tensor) =>
        tensor.dataSync(),
      )
      expect(a!.length).toBe(b!.length)
      a!.forEach((value, index) => expect(Math.abs(value - b![index]!)).toBeLessThan(1e-4 * (1 + Math.abs(value))))
    })
    compiled.dispose()
    tf.dispose(parameters)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('traces', () => {
  it('are reused for smaller batches and bounded in number', () => {
    const domain = imageDomain(2, 3)
    const model = made.build(made.description.schema.parse({ hidden: [8] }), domain, 0)
    const parameters = farFromUniform(model, 1)
    const compiled = compileModel(model, parameters, 2)
    const rowsOf = (rows: number): Float32Array =>
      tf.tidy(() => compiled.model.conditionals({}, tf.ones([rows, 6])).dataSync() as Float32Array)
    const one = rowsOf(1)
    for (const rows of [16, 5, 16, 9]) {
      const values = rowsOf(rows)
      expect(values.length).toBe(rows * one.length)
      values.forEach((value, index) => expect(value).toBeCloseTo(one[index % one.length]!, 5))
    }
    expect(compiled.traces).toEqual([
      { kind: 'conditionals', shape: [1, 6] },
      { kind: 'conditionals', shape: [16, 6] },
    ])
    rowsOf(100)
    tf.tidy(() => compiled.model.logProbPerDimension!({}, tf.ones([3, 6])))
    expect(compiled.traces.map(({ kind, shape }) => `${kind} ${shape[0]}`)).toEqual(['conditionals 100', 'logProb 3'])
    compiled.dispose()
    tf.dispose(parameters)
  })

  it('of growing time series are rounded up in length', () => {
    const model = wavenet.build(
      wavenet.description.schema.parse({ stacks: 1, layersPerStack: 2, residual: 4, skip: 4, head: 4 }),
      audioDomain(40, 4),
      0,
    )
    const parameters = farFromUniform(model, 1)
    const compiled = compileModel(model, parameters)
    for (let length = 1; length <= 20; length++) {
      const [a, b] = tf.tidy(() => {
        const x = tf.ones([2, length])
        return [compiled.model.conditionals({}, x).dataSync(), model.conditionals(parameters, x).dataSync()]
      })
      expect(a.length).toBe(b.length)
      a.forEach((value, index) => expect(value).toBeCloseTo(b[index]!, 4))
    }
    expect(compiled.traces.length).toBeLessThanOrEqual(4)
    compiled.dispose()
    tf.dispose(parameters)
  })

  it('take new weights', () => {
    const model = made.build(made.description.schema.parse({ hidden: [8] }), imageDomain(2, 3), 0)
    const [old, next] = [farFromUniform(model, 1), farFromUniform(model, 2)]
    const compiled = compileModel(model, old)
    const values = (): Float32Array => tf.tidy(() => compiled.model.conditionals({}, tf.ones([2, 6])).dataSync() as Float32Array)
    const before = values()
    compiled.write(next)
    const expected = tf.tidy(() => model.conditionals(next, tf.ones([2, 6])).dataSync())
    values().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5))
    expect(values()).not.toEqual(before)
    compiled.dispose()
    tf.dispose([old, next])
  })
})
