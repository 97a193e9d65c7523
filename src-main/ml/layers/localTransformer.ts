import type { LocalTransformerBlock } from '../../contract/inspect/blocks/localTransformer'
import type { BuildLayer } from './layer'
import { localAttention, localAttentionAt, slopesOf } from './localAttention'
import { transformerNet } from './transformerNet'

/** A Transformer block over the last steps alone. */
export const localTransformerLayer: BuildLayer<LocalTransformerBlock> = ({ window, heads, ...sizes }, { channels }) =>
  transformerNet(
    { ...sizes, channels },
    {
      attend: (queries, keys, values) => localAttention(queries, keys, values, heads, window),
      incremental(batch) {
        const keys = new Float32Array(batch * window * channels)
        const values = new Float32Array(batch * window * channels)
        const weights = new Float32Array(window)
        const slopes = slopesOf(heads)
        return (sample, position, projected, seen) => {
          const place = (sample * window + (position % window)) * channels
          keys.set(projected.subarray(channels, 2 * channels), place)
          values.set(projected.subarray(2 * channels), place)
          localAttentionAt({ query: projected, keys, values, sample, position, width: channels, slopes, window, weights, output: seen })
        }
      },
    },
  )
