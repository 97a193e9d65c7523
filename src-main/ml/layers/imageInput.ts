import type { ImageInputBlock } from '../../contract/inspect/blocks/imageInput'
import { tf } from '../tensor/tf'
import type { BuildLayer } from './layer'

/** Levels [B, H, W, C] -> [B, H, W, C + 1]: 2x/(K − 1) − 1, then ones. */
export const imageInputLayer: BuildLayer<ImageInputBlock> = (_block, _input, { levels }) => ({
  parameters: [],
  apply(streams) {
    const { main } = streams
    const [batch, height, width] = main.shape as [number, number, number, number]
    const scaled = tf.sub(tf.mul(main, 2 / (levels - 1)), 1)
    const image = tf.concat([scaled, tf.ones([batch, height, width, 1])], 3)
    return { ...streams, main: image, image }
  },
})
