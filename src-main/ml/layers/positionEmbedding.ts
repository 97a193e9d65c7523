import type { PositionEmbeddingBlock } from '../../contract/inspect/blocks/positionEmbedding'
import { tf } from '../tensor/tf'
import { accumulate } from './incremental'
import type { BuildLayer, LayerParameter } from './layer'

/** weight [T, C], a row for each position; condition [S, C] where there is a condition. */
export const positionEmbeddingLayer: BuildLayer<PositionEmbeddingBlock> = (_block, { channels, conditionSize = 0 }, { grid }) => {
  const parameters: LayerParameter[] = [{ name: 'weight', shape: [grid.width, channels], init: { kind: 'normal', standardDeviation: 0.1 } }]
  if (conditionSize > 0) parameters.push({ name: 'condition', shape: [conditionSize, channels], init: { kind: 'normal', standardDeviation: 0.1 } })
  return {
    parameters,
    apply(streams, parameter) {
      const placed = tf.add(streams.main, parameter('weight')) // [B, T, C] + [T, C]
      if (conditionSize === 0) return { ...streams, main: placed }
      const given = tf.matMul(streams.condition as tf.Tensor2D, parameter('condition') as tf.Tensor2D) // [B, S] -> [B, C]
      return { ...streams, main: tf.add(placed, tf.expandDims(given, 1)) }
    },
    describe({ plan, weight }, streams) {
      const { main, condition } = streams
      plan.step.table({ table: weight('weight'), to: main, index: 'step', add: true })
      if (conditionSize > 0 && condition) {
        const given = plan.vector(channels)
        plan.start.dense({ from: condition, to: given, weight: weight('condition') })
        plan.step.add(main, given)
      }
      return streams
    },
    incremental(weight, _batch, given) {
      const table = weight('weight')
      const conditions = conditionSize > 0 ? weight('condition') : null
      return {
        outputs: channels,
        compute(sample, position, input, output) {
          for (let channel = 0; channel < channels; channel++) output[channel] = input[channel]! + table[position * channels + channel]!
          if (conditions) accumulate(output, channels, given.condition!, sample * conditionSize, conditionSize, conditions, 0)
        },
      }
    },
  }
}
