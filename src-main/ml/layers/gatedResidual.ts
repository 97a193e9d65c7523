import type { GatedResidualBlock } from '../../contract/inspect/blocks/gatedResidual'
import { causalTaps } from '../tensor/causalTaps'
import { gatedLinear } from '../tensor/gatedLinear'
import { tf } from '../tensor/tf'
import { part } from '../kernels/planBuilder'
import type { Vector } from '../kernels/operations'
import { describeProduct, framesOverTime, upsampled } from './conditionFrames'
import type { ConditionFrames } from './conditionFrames'
import { concatenated, sideBySide } from './described'
import { gate } from './gate'
import { accumulate } from './incremental'
import type { BuildLayer, LayerParameter } from './layer'
import { glorotLimit } from './layer'
import { pointwise } from './pointwise'

/**
 * gates.weight [k·C, 2C]: rows of the oldest tap first, columns of the filter (tanh), then of the gate (σ); condition.weight [S, 2C] where there
 * is a condition, whether it is one vector or changes with time.
 * The dilated convolution is one matrix product of the taps laid side by side.
 */
export const gatedResidualLayer: BuildLayer<GatedResidualBlock> = ({ kernel, dilation, skip: skipChannels, residual }, input) => {
  const { channels, conditionSize = 0, conditionFrames: frames } = input
  const gateInputs = kernel * channels
  const lags = Array.from({ length: kernel - 1 }, (_value, tap) => (kernel - 1 - tap) * dilation)
  const parameters: LayerParameter[] = [
    { name: 'gates.weight', shape: [gateInputs, 2 * channels], init: { kind: 'uniform', limit: glorotLimit(gateInputs, channels) } },
    { name: 'gates.bias', shape: [2 * channels], init: { kind: 'zeros' } },
  ]
  if (conditionSize > 0)
    parameters.push({ name: 'condition.weight', shape: [conditionSize, 2 * channels], init: { kind: 'uniform', limit: glorotLimit(conditionSize, channels) } })
  if (skipChannels > 0) {
    parameters.push(
      { name: 'skip.weight', shape: [channels, skipChannels], init: { kind: 'uniform', limit: glorotLimit(channels, skipChannels) } },
      { name: 'skip.bias', shape: [skipChannels], init: { kind: 'zeros' } },
    )
  }
  if (residual) {
    parameters.push(
      { name: 'residual.weight', shape: [channels, channels], init: { kind: 'uniform', limit: glorotLimit(channels, channels) } },
      { name: 'residual.bias', shape: [channels], init: { kind: 'zeros' } },
    )
  }
  return {
    parameters,
    skipChannels,
    apply(streams, parameter) {
      const { main, skip } = streams
      const taps = causalTaps(main, lags) // [B, T, C] -> [B, T, k·C]
      // [B, T, k·C] -> [B, T, C]
      const z =
        conditionSize > 0
          ? gate(conditioned(pointwise(taps, parameter('gates.weight'), parameter('gates.bias')), streams.condition, parameter('condition.weight'), frames))
          : gatedLinear(taps, parameter('gates.weight'), parameter('gates.bias'))
      const side = skipChannels > 0 ? pointwise(z, parameter('skip.weight'), parameter('skip.bias')) : null // [B, T, C] -> [B, T, S]
      return {
        ...streams,
        main: residual ? tf.add(main, pointwise(z, parameter('residual.weight'), parameter('residual.bias'))) : main,
        skip: skip && side ? tf.add(skip, side) : (skip ?? side),
      }
    },
    describe({ plan, weight }, streams) {
      const { step } = plan
      let { main, skip } = streams
      if (!skip && skipChannels > 0) {
        // Main and skip side by side, so that one product in place adds to both.
        const [, moved, side] = plan.vectors(channels, skipChannels)
        step.copy(main, moved!)
        step.clear(side!)
        ;[main, skip] = [moved!, side!]
      }
      const { ring, cursor } = plan.queue(channels, kernel, dilation)
      const [taps, gates, z] = [plan.vector(gateInputs), plan.vector(2 * channels), plan.vector(channels)]
      step.queue({ ring, cursor, from: main, to: taps, taps: kernel, dilation })
      let added: Vector | null = null
      const local = conditionSize > 0 && streams.frames ? describeProduct(plan, weight('condition.weight'), streams.frames) : null
      if (local) added = local.added
      else if (conditionSize > 0 && streams.condition) {
        // The same at every step, so computed once for each sample.
        added = plan.vector(2 * channels)
        plan.start.dense({ from: streams.condition, to: added, weight: weight('condition.weight') })
      }
      step.dense({ from: taps, to: gates, weight: weight('gates.weight'), bias: weight('gates.bias'), ...(added ? { plus: added } : {}) })
      local?.after()
      step.gate(part(gates, 0, channels), part(gates, channels, channels), z)
      const dense = (name: string): { weight: Float32Array; bias: Float32Array } => ({ weight: weight(`${name}.weight`), bias: weight(`${name}.bias`) })
      const side = skip && skipChannels > 0 ? skip : null
      if (residual && side?.offset === main.offset + channels) {
        const both = { offset: main.offset, size: channels + skipChannels }
        const columns = sideBySide(channels, [dense('residual').weight, dense('skip').weight])
        step.dense({ from: z, to: both, weight: columns, bias: concatenated(dense('residual').bias, dense('skip').bias), plus: true })
        return { ...streams, main, skip }
      }
      // A block of another kind has moved the main stream elsewhere.
      if (side) step.dense({ from: z, to: side, ...dense('skip'), plus: true })
      if (residual) step.dense({ from: z, to: main, ...dense('residual'), plus: true })
      return { ...streams, main, skip }
    },
    incremental(weight, batch, given) {
      const [gatesWeight, gatesBias] = [weight('gates.weight'), weight('gates.bias')]
      const [skipWeight, skipBias] = skipChannels > 0 ? [weight('skip.weight'), weight('skip.bias')] : [null, null]
      const [residualWeight, residualBias] = residual ? [weight('residual.weight'), weight('residual.bias')] : [null, null]
      // The queue: inputs of the last (kernel − 1)·dilation positions and of this one; zeros before the start.
      const kept = (kernel - 1) * dilation + 1
      const queue = new Float32Array(batch * kept * channels)
      const gates = new Float32Array(2 * channels)
      const added = new Float32Array(batch * 2 * channels)
      const local = conditionSize > 0 && frames ? framesOverTime(given.condition!, batch, weight('condition.weight'), conditionSize, frames) : null
      if (conditionSize > 0 && !local) {
        for (let sample = 0; sample < batch; sample++) {
          const own = added.subarray(sample * 2 * channels, (sample + 1) * 2 * channels)
          accumulate(own, 2 * channels, given.condition!, sample * conditionSize, conditionSize, weight('condition.weight'), 0)
        }
      }
      const z = new Float32Array(channels)
      return {
        outputs: channels,
        store: (sample, position, features) => queue.set(features, (sample * kept + (position % kept)) * channels),
        compute(sample, position, features, output, skip) {
          gates.set(gatesBias)
          const own = local?.at(sample, position) ?? added.subarray(sample * 2 * channels, (sample + 1) * 2 * channels)
          if (conditionSize > 0) for (let at = 0; at < 2 * channels; at++) gates[at] = gates[at]! + own[at]!
          for (let tap = 0; tap < kernel; tap++) {
            const before = position - (kernel - 1 - tap) * dilation
            if (before < 0) continue
            accumulate(
              gates,
              2 * channels,
              queue,
              (sample * kept + (before % kept)) * channels,
              channels,
              gatesWeight,
              tap * channels * 2 * channels,
            )
          }
          for (let channel = 0; channel < channels; channel++)
            z[channel] = Math.tanh(gates[channel]!) / (1 + Math.exp(-gates[channels + channel]!))
          if (skipWeight) {
            for (let channel = 0; channel < skipChannels; channel++) skip[channel] = skip[channel]! + skipBias[channel]!
            accumulate(skip, skipChannels, z, 0, channels, skipWeight, 0)
          }
          output.set(features)
          if (!residualWeight) return
          for (let channel = 0; channel < channels; channel++) output[channel] = output[channel]! + residualBias[channel]!
          accumulate(output, channels, z, 0, channels, residualWeight, 0)
        },
      }
    },
  }
}

/** Adds V c to every time step: features [B, T, 2C], condition [B, S] or frames of it [B, F, S], weight [S, 2C]. */
function conditioned(features: tf.Tensor, condition: tf.Tensor | undefined, weight: tf.Tensor, frames?: ConditionFrames): tf.Tensor {
  if (frames) return tf.add(features, upsampled(condition!, weight, frames, features.shape[1]!))
  const added: tf.Tensor2D = tf.matMul(condition as tf.Tensor2D, weight as tf.Tensor2D) // [B, S] -> [B, 2C]
  return tf.add(features, tf.expandDims(added, 1))
}
