import type { ConditionInputBlock } from '../../contract/inspect/blocks/conditionInput'
import { tf } from '../tensor/tf'
import type { BuildLayer } from './layer'

/** Class indices [B] -> one-hot [B, S]; vectors [B, S] as they are. */
export const conditionInputLayer: BuildLayer<ConditionInputBlock> = ({ of, size }) => ({
  parameters: [],
  apply(streams) {
    const { condition } = streams
    if (!condition) throw new Error(`The model is conditioned on a ${of}, but none was given.`)
    return { ...streams, condition: of === 'class' ? tf.cast(tf.oneHot(tf.cast(condition, 'int32'), size), 'float32') : condition }
  },
  describe({ plan }, streams) {
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
