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
})
