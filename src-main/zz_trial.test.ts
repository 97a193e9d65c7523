import { readFileSync } from 'node:fs'
import { it } from 'vitest'
import type { Domain } from './contract/domain'
import type { ExampleSource } from './ml/evaluation/exampleSource'
import { exactNll, nllBatchShape, summarizeNll } from './ml/evaluation/likelihood'
import { createScorer } from './ml/evaluation/scorer'
import { familyById } from './ml/models/registry'
import { createLearner } from './ml/training/createLearner'
import { fittedParameters, isFitted } from './ml/training/fitting'
import { initialState } from './ml/training/learner'
import { levelStatistics } from './ml/training/statistics'
import { initialParameters } from './ml/tensor/initialize'
import { randomStream } from './ml/tensor/random'
import { startEngine } from './ml/tensor/startEngine'
import { drawSamples } from './ml/sampling/ancestral'
import { tf } from './ml/tensor/tf'

const breathe = () => new Promise<void>(setImmediate)
function load(name: string, D: number): ExampleSource {
  const b = readFileSync(`/tmp/dist/${name}.f32`)
  const x = new Float32Array(b.buffer, b.byteOffset, b.length / 4)
  return { count: x.length / D, totalDimensions: x.length, lengthOf: () => D, labelsOf: () => Promise.resolve(null), readWindow: () => Promise.reject(new Error()),
    read: (ix) => { const o = new Float32Array(ix.length * D); for (let r = 0; r < ix.length; r++) o.set(x.subarray(ix[r]! * D, (ix[r]! + 1) * D), r * D); return Promise.resolve(o) } }
}
const domains: Record<string, Domain> = {
  nltcs: { kind: 'table', shape: [16], levels: 2, variableLength: false, encoding: 'linear' },
  frey: { kind: 'image', shape: [28, 20, 1], levels: 256, variableLength: false, encoding: 'linear' },
  cifar: { kind: 'image', shape: [32, 32, 3], levels: 256, variableLength: false, encoding: 'linear' },
}
it('trial', async () => {
  await startEngine()
  for (const job of process.env.JOBS!.split(';')) {
    const [data, family, cfg, steps, lr] = job.split('|')
    const domain = domains[data!]!
    const D = domain.shape.reduce((a, b) => a * b, 1)
    const [train, valid, test] = ['train', 'valid', 'test'].map((s) => load(`${data}_${s}`, D)) as [ExampleSource, ExampleSource, ExampleSource]
    const { description, build } = familyById(family!)
    const config = description.schema.parse(JSON.parse(cfg || '{}'))
    const t0 = performance.now()
    const statistics = await levelStatistics(train, domain, breathe)
    const model = build(config, domain, 0, statistics)
    let weights, note = ''
    if (isFitted(model)) {
      const f = await fittedParameters(model, { domain, statistics, source: train, valid, breathe })
      weights = new Map(model.parameters.map(({ name, shape }) => [name, { shape, data: f.parameters[name]! }]))
      note = JSON.stringify(f.chosen)
    } else {
      const B = 100
      const learner = createLearner({ model, batchShape: [B, D], masked: false, evaluationShape: [B, D], beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientClip: 100, ema: null, seed: 0 })
      learner.write(initialState(model, initialParameters(model.parameters, 0), false))
      const n = Number(steps), rand = randomStream(1, 'b')
      for (let s = 0; s < n; s++) {
        const levels = await train.read(Array.from({ length: B }, () => rand.integer(train.count)), 0)
        const o = learner.step({ levels, mask: null, counted: B }, Number(lr) * 0.5 * (1 + Math.cos((Math.PI * s) / n)), s + 1)
        if (s % Math.floor(n / 4) === 0) console.log(job, s, o.nats.toFixed(2), o.gradientNorm.toFixed(1), ((performance.now() - t0) / 1000).toFixed(0) + 's', learner.kind)
        await breathe()
      }
      weights = learner.read().weights
      learner.dispose()
    }
    const seconds = (performance.now() - t0) / 1000
    const options = { domain, source: test, batchSize: 50, context: null }
    const scorer = createScorer(model, weights, nllBatchShape(options))
    const g = exactNll(scorer.logProb, options)
    let r = await g.next(); while (!r.done) r = await g.next()
    const s = summarizeNll(r.value, domain)
    scorer.dispose()
    const parameters = Object.fromEntries([...weights].map(([name, { shape, data: d }]) => [name, tf.tensor(d, [...shape])]))
    const t1 = performance.now()
    const drawn = D <= 1000 ? await drawSamples({ model, parameters, count: 16, seed: 1 }) : null
    tf.dispose(parameters)
    console.log('RESULT', job, `test ${s.nats.toFixed(3)} nats ${s.bitsPerDim.toFixed(4)} b/d fit ${seconds.toFixed(1)}s ${note} sample16 ${((performance.now() - t1) / 1000).toFixed(2)}s ${drawn?.method}`, model.boundPerDimension ? 'bound' : 'exact')
  }
}, 600_000)
