import type { SequenceHeadBlock } from '../../contract/inspect/blocks/sequenceHead'
import { relu } from '../tensor/ops'
import { accumulate, rectify } from './incremental'
import type { BuildLayer } from './layer'
import { glorotLimit, heLimit } from './layer'
import { pointwise } from './pointwise'

/** hidden.weight [S, H], output.weight [H, P], with biases. */
export const sequenceHeadLayer: BuildLayer<SequenceHeadBlock> = ({ hidden }, { skipChannels }, { parametersPerDimension, outputBias }) => ({
  parameters: [
    { name: 'hidden.weight', shape: [skipChannels, hidden], init: { kind: 'uniform', limit: heLimit(skipChannels) } },
    { name: 'hidden.bias', shape: [hidden], init: { kind: 'zeros' } },
    {
      name: 'output.weight',
      shape: [hidden, parametersPerDimension],
      init: { kind: 'uniform', limit: glorotLimit(hidden, parametersPerDimension) },
    },
    { name: 'output.bias', shape: [parametersPerDimension], init: outputBias ? { kind: 'values', values: outputBias } : { kind: 'zeros' } },
  ],
  apply(streams, parameter) {
    const { skip } = streams
    if (!skip) throw new Error('The output reads the sum of skip outputs, but no gated residual block comes before it.')
    const features = relu(pointwise(relu(skip), parameter('hidden.weight'), parameter('hidden.bias'))) // [B, T, S] -> [B, T, H]
    return { ...streams, main: pointwise(features, parameter('output.weight'), parameter('output.bias')), skip: null } // [B, T, P]
  },
  describe({ plan, weight }, { skip, ...streams }) {
    if (!skip) throw new Error('The output reads the sum of skip outputs, but no gated residual block comes before it.')
    const [rectified, features, output] = [plan.vector(skipChannels), plan.vector(hidden), plan.vector(parametersPerDimension)]
    const { step } = plan
    step.activate('relu', skip, rectified)
    step.dense({ from: rectified, to: features, weight: weight('hidden.weight'), bias: weight('hidden.bias'), activation: 'relu' })
    step.dense({ from: features, to: output, weight: weight('output.weight'), bias: weight('output.bias') })
    return { ...streams, main: output, skip: null }
  },
  incremental(weight) {
    const [hiddenWeight, hiddenBias] = [weight('hidden.weight'), weight('hidden.bias')]
    const [outputWeight, outputBias] = [weight('output.weight'), weight('output.bias')]
    const rectified = new Float32Array(skipChannels)
    const features = new Float32Array(hidden)
    return {
      outputs: parametersPerDimension,
      compute(_sample, _position, _features, output, skip) {
        rectify(skip, skipChannels, rectified)
        features.set(hiddenBias)
        accumulate(features, hidden, rectified, 0, skipChannels, hiddenWeight, 0)
        rectify(features, hidden, features)
        output.set(outputBias)
        accumulate(output, parametersPerDimension, features, 0, hidden, outputWeight, 0)
      },
    }
  },
})
