import type { ProjectionHeadBlock, TransformerBlock } from '../../contract/inspect/blocks/transformerBlock'
import { tf } from '../tensor/tf'
import { attendAt, causalAttention } from './attention'
import { columns } from './columns'
import { accumulate } from './incremental'
import type { BuildLayer, LayerParameter } from './layer'
import { glorotLimit } from './layer'
import { EPSILON, SLOPE, dropout, gelu, geluAt, layerNorm, layerNormAt } from './normalization'
import { pointwise } from './pointwise'

const normParameters = (name: string, channels: number): LayerParameter[] => [
  { name: `${name}.gain`, shape: [channels], init: { kind: 'constant', value: 1 } },
  { name: `${name}.bias`, shape: [channels], init: { kind: 'zeros' } },
]

const denseParameters = (name: string, inputs: number, outputs: number, limit = glorotLimit(inputs, outputs)): LayerParameter[] => [
  { name: `${name}.weight`, shape: [inputs, outputs], init: { kind: 'uniform', limit } },
  { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' } },
]

/** The weights of a Transformer block, see transformerBlockLayer. */
export const transformerParameters = (channels: number, feedForward: number): LayerParameter[] => [
  ...normParameters('attention.norm', channels),
  ...denseParameters('attention.input', channels, 3 * channels, glorotLimit(channels, channels)),
  // Half of the usual size, so that the sum over blocks does not grow with their number.
  ...denseParameters('attention.output', channels, channels, glorotLimit(channels, channels) / 2),
  ...normParameters('feed.norm', channels),
  ...denseParameters('feed.hidden', channels, feedForward),
  ...denseParameters('feed.output', feedForward, channels, glorotLimit(feedForward, channels) / 2),
]

/**
 * attention.norm [C], attention.input [C, 3C] to queries, keys and values, attention.output [C, C]; feed.norm [C], feed.hidden [C, F],
 * feed.output [F, C]; each with its bias.
 */
export const transformerBlockLayer: BuildLayer<TransformerBlock> = ({ heads, feedForward, dropout: rate }, { channels }, { grid }) => ({
  parameters: transformerParameters(channels, feedForward),
  apply(streams, parameter) {
    const { main, noise } = streams
    const dense = (x: tf.Tensor, name: string): tf.Tensor => pointwise(x, parameter(`${name}.weight`), parameter(`${name}.bias`))
    const norm = (x: tf.Tensor, name: string): tf.Tensor => layerNorm(x, parameter(`${name}.gain`), parameter(`${name}.bias`))
    const inputs = dense(norm(main, 'attention.norm'), 'attention.input') // [B, T, C] -> [B, T, 3C]
    const part = (index: number): tf.Tensor => columns(inputs, index * channels, channels)
    const seen = causalAttention(part(0), part(1), part(2), heads, false)
    const attended = tf.add(main, dropout(dense(seen, 'attention.output'), rate, noise))
    const hidden = gelu(dense(norm(attended, 'feed.norm'), 'feed.hidden')) // [B, T, F]
    return { ...streams, main: tf.add(attended, dropout(dense(hidden, 'feed.output'), rate, noise)) }
  },
  describe({ plan, weight }, streams) {
    const { main } = streams
    const { step } = plan
    const [normal, seen, hidden] = [plan.vector(channels), plan.vector(channels), plan.vector(feedForward)]
    const [inputs, query, key, value] = plan.vectors(channels, channels, channels)
    const dense = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
    const norm = (name: string): { scale: Float32Array; shift: Float32Array } => ({ scale: weight(`${name}.gain`), shift: weight(`${name}.bias`) })
    step.normalise({ from: main, to: normal, ...norm('attention.norm'), epsilon: EPSILON })
    step.dense({ from: normal, to: inputs, ...dense('attention.input') })
    plan.attend({ query: query!, key: key!, value: value!, to: seen, heads })
    step.dense({ from: seen, to: main, ...dense('attention.output'), plus: true })
    step.normalise({ from: main, to: normal, ...norm('feed.norm'), epsilon: EPSILON })
    // x σ(1.702 x) = swish(1.702 x) / 1.702
    const scaled = (values: Float32Array, factor: number): Float32Array => values.map((entry) => entry * factor)
    const [first, last] = [dense('feed.hidden'), dense('feed.output')]
    step.dense({ from: normal, to: hidden, weight: scaled(first.weight, SLOPE), bias: scaled(first.bias, SLOPE), activation: 'swish' })
    step.dense({ from: hidden, to: main, weight: scaled(last.weight, 1 / SLOPE), bias: last.bias, plus: true })
    return streams
  },
  incremental(weight, batch) {
    const dense = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
    const norm = (name: string): { gain: Float32Array; bias: Float32Array } => ({ gain: weight(`${name}.gain`), bias: weight(`${name}.bias`) })
    const [firstNorm, secondNorm] = [norm('attention.norm'), norm('feed.norm')]
    const [input, output] = [dense('attention.input'), dense('attention.output')]
    const [hidden, last] = [dense('feed.hidden'), dense('feed.output')]
    const length = grid.width
    const keys = new Float32Array(batch * length * channels)
    const values = new Float32Array(batch * length * channels)
    const normal = new Float32Array(channels)
    const projected = new Float32Array(3 * channels)
    const query = projected.subarray(0, channels)
    const weights = new Float32Array(length)
    const seen = new Float32Array(channels)
    const features = new Float32Array(feedForward)
    return {
      outputs: channels,
      compute(sample, position, main, result) {
        const from = sample * length * channels
        layerNormAt(main, channels, firstNorm.gain, firstNorm.bias, normal)
        projected.set(input.bias)
        accumulate(projected, 3 * channels, normal, 0, channels, input.weight, 0)
        keys.set(projected.subarray(channels, 2 * channels), from + position * channels)
        values.set(projected.subarray(2 * channels), from + position * channels)
        attendAt({ query, keys, values, from, count: position + 1, width: channels, heads, weights, output: seen })
        for (let channel = 0; channel < channels; channel++) result[channel] = main[channel]! + output.bias[channel]!
        accumulate(result, channels, seen, 0, channels, output.weight, 0)
        layerNormAt(result, channels, secondNorm.gain, secondNorm.bias, normal)
        features.set(hidden.bias)
        accumulate(features, feedForward, normal, 0, channels, hidden.weight, 0)
        for (let index = 0; index < feedForward; index++) features[index] = geluAt(features[index]!)
        for (let channel = 0; channel < channels; channel++) result[channel] = result[channel]! + last.bias[channel]!
        accumulate(result, channels, features, 0, feedForward, last.weight, 0)
      },
    }
  },
})

/** norm [C] with its bias, output.weight [C, P], output.bias [P]. */
export const projectionHeadLayer: BuildLayer<ProjectionHeadBlock> = (_block, { channels }, { parametersPerDimension, outputBias }) => ({
  parameters: [
    ...normParameters('norm', channels),
    {
      name: 'output.weight',
      shape: [channels, parametersPerDimension],
      init: { kind: 'uniform', limit: glorotLimit(channels, parametersPerDimension) / 2 },
    },
    { name: 'output.bias', shape: [parametersPerDimension], init: outputBias ? { kind: 'values', values: outputBias } : { kind: 'zeros' } },
  ],
  apply: (streams, parameter) => ({
    ...streams,
    main: pointwise(layerNorm(streams.main, parameter('norm.gain'), parameter('norm.bias')), parameter('output.weight'), parameter('output.bias')),
  }),
  describe({ plan, weight }, streams) {
    const [normal, output] = [plan.vector(channels), plan.vector(parametersPerDimension)]
    plan.step.normalise({ from: streams.main, to: normal, scale: weight('norm.gain'), shift: weight('norm.bias'), epsilon: EPSILON })
    plan.step.dense({ from: normal, to: output, weight: weight('output.weight'), bias: weight('output.bias') })
    return { ...streams, main: output }
  },
  incremental(weight) {
    const [gain, bias] = [weight('norm.gain'), weight('norm.bias')]
    const [outputWeight, outputBias] = [weight('output.weight'), weight('output.bias')]
    const normal = new Float32Array(channels)
    return {
      outputs: parametersPerDimension,
      compute(_sample, _position, input, output) {
        layerNormAt(input, channels, gain, bias, normal)
        output.set(outputBias)
        accumulate(output, parametersPerDimension, normal, 0, channels, outputWeight, 0)
      },
    }
  },
})
