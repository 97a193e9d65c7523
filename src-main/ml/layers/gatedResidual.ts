import type { GatedResidualBlock } from '../../contract/inspect/blocks/gatedResidual'
import { sigmoid, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { BuildLayer, LayerParameter } from './layer'
import { glorotLimit } from './layer'
import { pointwise } from './pointwise'

/**
 * gates.weight [k·C, 2C]: rows of the oldest tap first, columns of the filter (tanh), then of the gate (σ).
 * The dilated convolution is one matrix product of the taps laid side by side, each a shift of the input with zeros before its start.
 */
export const gatedResidualLayer: BuildLayer<GatedResidualBlock> = ({ kernel, dilation, skip: skipChannels, residual }, input) => {
  const { channels } = input
  const gateInputs = kernel * channels
  const parameters: LayerParameter[] = [
    { name: 'gates.weight', shape: [gateInputs, 2 * channels], init: { kind: 'uniform', limit: glorotLimit(gateInputs, channels) } },
    { name: 'gates.bias', shape: [2 * channels], init: { kind: 'zeros' } },
    { name: 'skip.weight', shape: [channels, skipChannels], init: { kind: 'uniform', limit: glorotLimit(channels, skipChannels) } },
    { name: 'skip.bias', shape: [skipChannels], init: { kind: 'zeros' } },
  ]
  if (residual) {
    parameters.push(
      { name: 'residual.weight', shape: [channels, channels], init: { kind: 'uniform', limit: glorotLimit(channels, channels) } },
      { name: 'residual.bias', shape: [channels], init: { kind: 'zeros' } },
    )
  }
  return {
    parameters,
    apply({ main, skip }, parameter) {
      const [batch, length] = main.shape as [number, number, number]
      const taps: tf.Tensor[] = []
      for (let lag = (kernel - 1) * dilation; lag > 0; lag -= dilation) {
        // Positions before the start are zeros. [B, T, C] -> [B, T, C]
        taps.push(lag >= length ? tf.zerosLike(main) : tf.pad(tf.slice(main, [0, 0, 0], [batch, length - lag, channels]), [[0, 0], [lag, 0], [0, 0]]))
      }
      const gates = pointwise(tf.concat([...taps, main], 2), parameter('gates.weight'), parameter('gates.bias')) // [B, T, k·C] -> [B, T, 2C]
      const filter = tf.slice(gates, [0, 0, 0], [batch, length, channels])
      const gate = tf.slice(gates, [0, 0, channels], [batch, length, channels])
      const z = tf.mul(tanh(filter), sigmoid(gate)) // [B, T, C]
      const side = pointwise(z, parameter('skip.weight'), parameter('skip.bias')) // [B, T, C] -> [B, T, S]
      return {
        main: residual ? tf.add(main, pointwise(z, parameter('residual.weight'), parameter('residual.bias'))) : main,
        skip: skip ? tf.add(skip, side) : side,
      }
    },
  }
}
