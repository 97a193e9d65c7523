import type { BytenetResidualBlock } from '../../contract/inspect/blocks/bytenetResidual'
import { causalTaps } from '../tensor/causalTaps'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { accumulate, rectify } from './incremental'
import type { BuildLayer, Layer, LayerParameter } from './layer'
import { glorotLimit, heLimit } from './layer'
import { EPSILON, dropout, layerNorm, layerNormAt } from './normalization'
import { pointwise } from './pointwise'
import { normParameters } from './transformerNet'

/**
 * reduce.weight [C, d], convolve.weight [k·d, d] (rows of the oldest tap first), expand.weight [d, C], each with its bias and, before it, the
 * gain and bias of its layer norm: reduce.norm [C], convolve.norm [d], expand.norm [d].
 */
export const bytenetResidualLayer: BuildLayer<BytenetResidualBlock> = (block, { channels }) => bytenetNet(block, channels)

type Sizes = Omit<BytenetResidualBlock, 'kind'>

/** What the causal convolution reads, [B, T, d] -> [B, T, k·d]. */
const causal =
  ({ kernel, dilation }: Sizes) =>
  (x: tf.Tensor): tf.Tensor =>
    causalTaps(x, lagsOf(kernel, dilation))

const lagsOf = (kernel: number, dilation: number): number[] => Array.from({ length: kernel - 1 }, (_value, tap) => (kernel - 1 - tap) * dilation)

/** The same of a convolution whose taps lie on both sides, as an encoder has it; zeros beyond both ends. */
export const centred =
  ({ kernel, dilation }: Sizes) =>
  (x: tf.Tensor): tf.Tensor => {
    const [batch, length, channels] = x.shape as [number, number, number]
    const ahead = Math.floor((kernel - 1) / 2) * dilation
    if (ahead === 0) return causalTaps(x, lagsOf(kernel, dilation))
    const taps = causalTaps(tf.concat([x, tf.zeros([batch, ahead, channels])], 1), lagsOf(kernel, dilation)) // [B, T + ahead, k·d]
    return tf.slice(taps, [0, ahead, 0], [batch, length, kernel * channels])
  }

/** The block, whatever its convolution reads; its samplers are those of the causal one. */
export const bytenetNet = (sizes: Sizes, channels: number, tapsOf = causal(sizes)): Layer => {
  const { kernel, dilation, inside, dropout: rate } = sizes
  const dense = (name: string, inputs: number, outputs: number, limit: number): LayerParameter[] => [
    { name: `${name}.weight`, shape: [inputs, outputs], init: { kind: 'uniform', limit } },
    { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' } },
  ]
  return {
    parameters: [
      ...normParameters('reduce.norm', channels),
      ...dense('reduce', channels, inside, heLimit(channels)),
      ...normParameters('convolve.norm', inside),
      ...dense('convolve', kernel * inside, inside, heLimit(kernel * inside)),
      ...normParameters('expand.norm', inside),
      // Half of the usual size, so that the sum over blocks does not grow with their number.
      ...dense('expand', inside, channels, glorotLimit(inside, channels) / 2),
    ],
    apply(streams, parameter) {
      const { main, noise } = streams
      const activated = (x: tf.Tensor, name: string): tf.Tensor => relu(layerNorm(x, parameter(`${name}.norm.gain`), parameter(`${name}.norm.bias`)))
      const linear = (x: tf.Tensor, name: string): tf.Tensor => pointwise(x, parameter(`${name}.weight`), parameter(`${name}.bias`))
      const reduced = linear(activated(main, 'reduce'), 'reduce') // [B, T, C] -> [B, T, d]
      const convolved = linear(tapsOf(activated(reduced, 'convolve')), 'convolve') // [B, T, k·d] -> [B, T, d]
      const expanded = linear(activated(convolved, 'expand'), 'expand') // [B, T, C]
      return { ...streams, main: tf.add(main, dropout(expanded, rate, noise)) }
    },
    describe({ plan, weight }, streams) {
      const { step } = plan
      const { main } = streams
      const [wide, reduced, convolved] = [plan.vector(channels), plan.vector(inside), plan.vector(inside)]
      const taps = plan.vector(kernel * inside)
      const norm = (from: typeof main, to: typeof main, name: string): void => {
        step.normalise({ from, to, scale: weight(`${name}.norm.gain`), shift: weight(`${name}.norm.bias`), epsilon: EPSILON })
        step.activate('relu', to)
      }
      const linear = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
      norm(main, wide, 'reduce')
      step.dense({ from: wide, to: reduced, ...linear('reduce') })
      const [before, after] = [plan.vector(inside), plan.vector(inside)]
      norm(reduced, before, 'convolve')
      const { ring, cursor } = plan.queue(inside, kernel, dilation)
      step.queue({ ring, cursor, from: before, to: taps, taps: kernel, dilation })
      step.dense({ from: taps, to: convolved, ...linear('convolve') })
      norm(convolved, after, 'expand')
      step.dense({ from: after, to: main, ...linear('expand'), plus: true })
      return streams
    },
    incremental(weight, batch) {
      const norm = (name: string): { gain: Float32Array; bias: Float32Array } => ({ gain: weight(`${name}.norm.gain`), bias: weight(`${name}.norm.bias`) })
      const linear = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
      const [norms, dense] = [
        { reduce: norm('reduce'), convolve: norm('convolve'), expand: norm('expand') },
        { reduce: linear('reduce'), convolve: linear('convolve'), expand: linear('expand') },
      ]
      const [wide, reduced, normal, convolved] = [new Float32Array(channels), new Float32Array(inside), new Float32Array(inside), new Float32Array(inside)]
      const kept = (kernel - 1) * dilation + 1
      const queue = new Float32Array(batch * kept * inside)
      return {
        outputs: channels,
        compute(sample, position, features, output) {
          layerNormAt(features, channels, norms.reduce.gain, norms.reduce.bias, wide)
          rectify(wide, channels, wide)
          reduced.set(dense.reduce.bias)
          accumulate(reduced, inside, wide, 0, channels, dense.reduce.weight, 0)
          layerNormAt(reduced, inside, norms.convolve.gain, norms.convolve.bias, normal)
          rectify(normal, inside, queue, (sample * kept + (position % kept)) * inside)
          convolved.set(dense.convolve.bias)
          for (let tap = 0; tap < kernel; tap++) {
            const before = position - (kernel - 1 - tap) * dilation
            if (before >= 0) accumulate(convolved, inside, queue, (sample * kept + (before % kept)) * inside, inside, dense.convolve.weight, tap * inside * inside)
          }
          layerNormAt(convolved, inside, norms.expand.gain, norms.expand.bias, normal)
          rectify(normal, inside, normal)
          for (let channel = 0; channel < channels; channel++) output[channel] = features[channel]! + dense.expand.bias[channel]!
          accumulate(output, channels, normal, 0, inside, dense.expand.weight, 0)
        },
      }
    },
  }
}
