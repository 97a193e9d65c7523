import type { ProjectionHeadBlock, TransformerBlock } from '../../contract/inspect/blocks/transformerBlock'
import { attendAt, causalAttention } from './attention'
import { accumulate } from './incremental'
import type { BuildLayer } from './layer'
import { glorotLimit } from './layer'
import { EPSILON, SLOPE, layerNorm, layerNormAt } from './normalization'
import { pointwise } from './pointwise'
import { normParameters, transformerNet } from './transformerNet'

/** A Transformer block that sees all earlier positions (transformerNet). */
export const transformerBlockLayer: BuildLayer<TransformerBlock> = ({ heads, feedForward, dropout }, { channels }, { grid }) => ({
  ...transformerNet(
    { channels, feedForward, dropout },
    {
      attend: (queries, keys, values) => causalAttention(queries, keys, values, heads, false),
      incremental(batch) {
        const length = grid.width
        const keys = new Float32Array(batch * length * channels)
        const values = new Float32Array(batch * length * channels)
        const weights = new Float32Array(length)
        return (sample, position, projected, seen) => {
          const from = sample * length * channels
          keys.set(projected.subarray(channels, 2 * channels), from + position * channels)
          values.set(projected.subarray(2 * channels), from + position * channels)
          attendAt({ query: projected, keys, values, from, count: position + 1, width: channels, heads, weights, output: seen })
        }
      },
    },
  ),
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
