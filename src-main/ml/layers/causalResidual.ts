import type { CausalResidualBlock } from '../../contract/inspect/blocks/causalResidual'
import { causalTaps } from '../tensor/causalTaps'
import { relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { accumulate, rectify } from './incremental'
import type { BuildLayer, LayerParameter, ParameterOf } from './layer'
import { heLimit } from './layer'
import { dropout } from './normalization'
import { pointwise } from './pointwise'
import { product } from './product'
import { normalisedBy, normalisedWeight, weightNormParameters } from './weightNorm'

const names = ['first', 'second'] as const

/**
 * first.weight and second.weight [k·C, C]: rows of the oldest tap first; each with its bias [C], and with weight normalisation its gain [C],
 * which starts as long as He's rows are on average.
 */
export const causalResidualLayer: BuildLayer<CausalResidualBlock> = ({ kernel, dilation, weightNorm, dropout: rate }, { channels }) => {
  const inputs = kernel * channels
  const lags = Array.from({ length: kernel - 1 }, (_value, tap) => (kernel - 1 - tap) * dilation)
  const plain = (name: string): LayerParameter[] => [
    { name: `${name}.weight`, shape: [inputs, channels], init: { kind: 'uniform', limit: heLimit(inputs) } },
    { name: `${name}.bias`, shape: [channels], init: { kind: 'zeros' } },
  ]
  const normalised = (name: string): LayerParameter[] =>
    weightNormParameters(name, [inputs, channels]).map((parameter) =>
      parameter.name.endsWith('.gain') ? { ...parameter, init: { kind: 'constant', value: Math.SQRT2 } } : parameter,
    )
  const convolve = (x: tf.Tensor, name: string, parameter: ParameterOf): tf.Tensor => {
    const taps = causalTaps(x, lags) // [B, T, C] -> [B, T, k·C]
    if (!weightNorm) return pointwise(taps, parameter(`${name}.weight`), parameter(`${name}.bias`))
    return normalisedBy(parameter)(name, (weight) => product(taps, weight))
  }
  const weightOf = (weight: (name: string) => Float32Array, name: string): Float32Array =>
    weightNorm ? normalisedWeight(weight(`${name}.weight`), weight(`${name}.gain`)) : weight(`${name}.weight`)
  return {
    parameters: names.flatMap(weightNorm ? normalised : plain),
    apply(streams, parameter) {
      const { main, noise } = streams
      const inside = names.reduce((x, name) => dropout(relu(convolve(x, name, parameter)), rate, noise), main)
      return { ...streams, main: relu(tf.add(main, inside)) }
    },
    describe({ plan, weight }, streams) {
      const { step } = plan
      const { main } = streams
      let inside = main
      for (const name of names) {
        const output = plan.vector(channels)
        const taps = plan.vector(inputs)
        const { ring, cursor } = plan.queue(channels, kernel, dilation)
        step.queue({ ring, cursor, from: inside, to: taps, taps: kernel, dilation })
        step.dense({ from: taps, to: output, weight: weightOf(weight, name), bias: weight(`${name}.bias`), activation: 'relu' })
        inside = output
      }
      step.add(main, inside, main)
      step.activate('relu', main)
      return streams
    },
    incremental(weight, batch) {
      const convolutions = names.map((name) => ({
        weight: weightOf(weight, name),
        bias: weight(`${name}.bias`),
        queue: new Float32Array(batch * ((kernel - 1) * dilation + 1) * channels),
        output: new Float32Array(channels),
      }))
      const kept = (kernel - 1) * dilation + 1
      return {
        outputs: channels,
        compute(sample, position, features, output) {
          let inside = features
          for (const convolution of convolutions) {
            const { queue } = convolution
            queue.set(inside.subarray(0, channels), (sample * kept + (position % kept)) * channels)
            convolution.output.set(convolution.bias)
            for (let tap = 0; tap < kernel; tap++) {
              const before = position - (kernel - 1 - tap) * dilation
              if (before >= 0)
                accumulate(convolution.output, channels, queue, (sample * kept + (before % kept)) * channels, channels, convolution.weight, tap * channels * channels)
            }
            rectify(convolution.output, channels, convolution.output)
            inside = convolution.output
          }
          for (let channel = 0; channel < channels; channel++) output[channel] = Math.max(0, features[channel]! + inside[channel]!)
        },
      }
    },
  }
}
