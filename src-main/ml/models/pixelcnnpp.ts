import type { Domain } from '../../contract/domain'
import { conditionBlocks } from '../../contract/inspect/conditioned'
import { pixelcnnpp as description, plusActivations, plusIsBinary, plusMisfit, plusSizes, plusStartExamples } from '../../contract/inspect/pixelcnnpp'
import type { PixelCnnPlusConfig } from '../../contract/inspect/pixelcnnpp'
import type { PlusSizes } from '../../contract/inspect/pixelcnnppNodes'
import { plusConvolutions, plusHead, plusNodes } from '../../contract/inspect/pixelcnnppNodes'
import { bernoulli } from '../distributions/bernoulli'
import { discretizedLogisticMixture } from '../distributions/discretizedLogisticMixture'
import { centred } from '../distributions/logisticMass'
import { rgbConditionals, rgbLogProb } from '../distributions/rgbLogisticMixture'
import { glorotLimit } from '../layers/layer'
import type { LayerNoise } from '../layers/layer'
import type { DataDependentStart } from '../layers/weightNorm'
import { normalisedBy, normalisedByData, weightNormParameters } from '../layers/weightNorm'
import { initialParameters } from '../tensor/initialize'
import { tf } from '../tensor/tf'
import { groupMarginalParameters } from './marginalBias'
import { groupMixtureStart, rgbMixtureStart } from './mixtureStart'
import type { Conditioning, DataStatistics, Family, Model, Parameters, ParameterSpec } from './model'
import { parameterOf } from './parameterOf'
import { plusNet } from './pixelcnnppNet'
import { plusPlan } from './pixelcnnppPlan'
import { plusSampler } from './pixelcnnppSampler'

/**
 * PixelCNN++ (Salimans, Karpathy, Chen & Kingma 2017). Two streams of gated residual nets, x + a ⊙ σ(b) with [a, b] = conv(drop(c(conv(c(x)) +
 * W c(side)))) and c the concatenated ELU: one sees the rows above, the other also the pixels to the left. Strided convolutions halve
 * the image, transposed ones bring it back, short-cuts join both ways. All maps are weight-normalised. For each pixel the output gives a mixture
 * of discretised logistics, whose means of green and blue are linear in the colours before them (ml/distributions/rgbLogisticMixture),
 * evaluated exactly in every bin; a Bernoulli for binary images. Dropout acts in training alone. A condition h enters the gates as V h.
 *
 * Weights: nodes.N.STREAM(.first | .sides | .second | .row | .column).{weight [rows, columns, in, out], gain [out], bias [out]}, with a condition
 * nodes.N.STREAM.condition [S, 2F], and head. Before training, gains and biases are set from examples, layer by layer, each seeing the
 * output of those already set (without the condition); the head's biases start at the pixels' marginal distribution.
 */
export const pixelcnnpp: Family<PixelCnnPlusConfig> = { description, build }

/** What a pass that scores may take, however large the net. */
const EVALUATION_BYTES = 800e6

function build(config: PixelCnnPlusConfig, domain: Domain, seed: number, statistics?: DataStatistics): Model {
  const misfit = plusMisfit(config, domain)
  if (misfit) throw new Error(`${misfit.field}: ${misfit.message}`)
  const [height = 1, width = 1, channels = 1] = domain.shape
  const { levels } = domain
  const { components, dropout } = config
  const nodes = plusNodes(config)
  const sizes = plusSizes(config, domain)
  const conditioning = conditioningOf(config, domain)
  const coupled = channels === 3
  const distribution = plusIsBinary(domain) ? bernoulli : discretizedLogisticMixture(levels, components)

  const imageOf = (x: tf.Tensor): tf.Tensor => {
    const image = tf.reshape(centred(x, levels), [-1, height, width, channels])
    return tf.concat([image, tf.onesLike(tf.slice(image, [0, 0, 0, 0], [-1, -1, -1, 1]))], 3) // [B, H, W, C + 1]
  }
  /** x [B, D] -> [B, H·W, P'] */
  const pixelsOf = (parameters: Parameters, x: tf.Tensor, condition?: tf.Tensor, noise?: LayerNoise): tf.Tensor => {
    const h = conditioning && vectorsOf(conditioning, condition)
    const pixels = plusNet({
      nodes,
      image: imageOf(x),
      normalised: normalisedBy((name) => parameterOf(parameters, name)),
      conditionOf: h && ((node) => tf.matMul(h, parameterOf(parameters, `${node}.condition`) as tf.Tensor2D)),
      dropoutRate: dropout,
      ...(noise ? { noise } : {}),
    })
    return tf.reshape(pixels, [x.shape[0]!, height * width, sizes.outputs])
  }
  const logProb = (pixels: tf.Tensor, x: tf.Tensor): tf.Tensor => (coupled ? rgbLogProb(pixels, x, levels) : distribution.logProb(pixels, x))

  const numbersPerExample = plusActivations(nodes, sizes, height * width)
  const examplesAtMost = plusStartExamples(numbersPerExample)
  return {
    parameters: withDataDependentStart(parametersOf(sizes, nodes), { seed, statistics, domain, components, examplesAtMost }, (normalised, x) =>
      plusNet({ nodes, image: imageOf(x), normalised }),
    ),
    distribution,
    ordering: Int32Array.from({ length: height * width * channels }, (_value, index) => index),
    evaluationBatchSize: Math.max(1, Math.floor(EVALUATION_BYTES / (4 * numbersPerExample))),
    ...(conditioning ? { conditioning } : {}),
    conditionals(parameters, x, condition) {
      const pixels = pixelsOf(parameters, x, condition)
      return coupled ? rgbConditionals(pixels, x, levels) : pixels // one channel: [B, D, P]
    },
    logProbPerDimension: (parameters, x, condition) => logProb(pixelsOf(parameters, x, condition), x),
    ...(dropout > 0 ? { trainingNll: (parameters, x, noise, condition) => tf.neg(logProb(pixelsOf(parameters, x, condition, noise), x)) } : {}),
    samplingPlan: (weights) => plusPlan({ nodes, sizes, domain, components, distribution, conditioning, weights }),
    sampler: (weights, batch, condition) => plusSampler({ nodes, sizes, domain, components, conditioning, weights, batch, condition }),
  }
}

function conditioningOf(config: PixelCnnPlusConfig, domain: Domain): Conditioning | null {
  const [block] = conditionBlocks(config, domain)
  if (block?.kind !== 'condition-input') return null
  return block.of === 'class' ? { kind: 'class', classes: block.size } : { kind: 'vector', size: block.size }
}

/** [B] class indices or [B, S] -> [B, S] */
function vectorsOf(conditioning: Conditioning, condition: tf.Tensor | undefined): tf.Tensor2D {
  if (!condition) throw new Error(`The model is conditioned on a ${conditioning.kind}, but none was given.`)
  if (conditioning.kind !== 'class') return condition as tf.Tensor2D
  return tf.cast(tf.oneHot(tf.cast(condition, 'int32') as tf.Tensor1D, conditioning.classes), 'float32') as tf.Tensor2D
}

function parametersOf(sizes: PlusSizes, nodes: ReturnType<typeof plusNodes>): ParameterSpec[] {
  const { filters: F, conditionSize } = sizes
  return [
    ...nodes.flatMap((node): ParameterSpec[] => [
      ...plusConvolutions(node, sizes).flatMap(({ name, shape }) => weightNormParameters(name, shape)),
      ...(node.kind === 'residual' && conditionSize > 0
        ? [{ name: `nodes.${node.name}.condition`, shape: [conditionSize, 2 * F], init: { kind: 'uniform' as const, limit: glorotLimit(conditionSize, 2 * F) } }]
        : []),
    ]),
    ...weightNormParameters(plusHead(sizes).name, plusHead(sizes).shape),
  ]
}

interface StartOptions {
  seed: number
  statistics: DataStatistics | undefined
  domain: Domain
  components: number
  examplesAtMost: number
}

/** The specs with gains and biases that the examples set, and the head's biases moved to the marginal distribution. */
function withDataDependentStart(
  specs: ParameterSpec[],
  { seed, statistics, domain, components, examplesAtMost }: StartOptions,
  forward: (normalised: ReturnType<typeof normalisedBy>, x: tf.Tensor) => tf.Tensor,
): ParameterSpec[] {
  const found = new Map<string, DataDependentStart>()
  if (statistics?.examples) {
    const dimensions = domain.shape.reduce((product, size) => product * size, 1)
    const examples = statistics.examples.subarray(0, examplesAtMost * dimensions)
    const values = initialParameters(specs, seed)
    const shapes = new Map(specs.map(({ name, shape }) => [name, shape]))
    tf.tidy(() => {
      forward(
        normalisedByData((name) => tf.tensor(values[name]!, shapes.get(name)!), found),
        tf.tensor2d(examples, [examples.length / dimensions, dimensions]),
      )
    })
  }
  const head = headStart(components, domain, statistics)
  return specs.map((spec) => {
    const dot = spec.name.lastIndexOf('.')
    const [of, part] = [spec.name.slice(0, dot), spec.name.slice(dot + 1)]
    const start = found.get(of)
    const values = part === 'gain' ? start?.gain : part === 'bias' ? start?.bias : undefined
    if (spec.name === 'head.bias' && head) return { ...spec, init: { kind: 'values', values: head.map((value, index) => value + (values?.[index] ?? 0)) } }
    // Without examples the head starts near its biases all the same.
    if (spec.name === 'head.gain' && !values) return { ...spec, init: { kind: 'constant', value: 0.1 } }
    return values ? { ...spec, init: { kind: 'values', values } } : spec
  })
}

function headStart(components: number, domain: Domain, statistics: DataStatistics | undefined): Float32Array | undefined {
  if (plusIsBinary(domain)) return groupMarginalParameters(domain, 1, statistics)
  return domain.shape[2] === 3 ? rgbMixtureStart(components, domain, statistics) : groupMixtureStart(components, domain, 1, statistics)
}
