import type { ConditionInputBlock } from '../../contract/inspect/blocks/conditionInput'
import { tf } from '../tensor/tf'
import { describeFrames } from './conditionFrames'
import type { BuildLayer } from './layer'

/** Class indices [B] -> one-hot [B, S]; vectors [B, S] and frames of features [B, F, S] as they are. */
export const conditionInputLayer: BuildLayer<ConditionInputBlock> = ({ of, size, hop = 1, upsampling = 'repeat' }) => ({
  parameters: [],
  apply(streams) {
    const { condition } = streams
    if (!condition) throw new Error(of === 'features' ? 'The model is conditioned on features, but none were given.' : `The model is conditioned on a ${of}, but none was given.`)
    return { ...streams, condition: of === 'class' ? tf.cast(tf.oneHot(tf.cast(condition, 'int32'), size), 'float32') : condition }
  },
  describe({ plan }, streams) {
    if (of === 'features') return { ...streams, frames: describeFrames(plan, size, { hop, upsampling }) }
    const condition = plan.vector(size)
    if (of === 'vector') plan.start.condition(condition)
    else plan.start.table({ table: identityMatrix(size), to: condition, index: 'condition' })
    return { ...streams, condition }
  },
})

function identityMatrix(size: number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let row = 0; row < size; row++) matrix[row * size + row] = 1
  return matrix
}
