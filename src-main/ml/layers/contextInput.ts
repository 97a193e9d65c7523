import type { ContextInputBlock } from '../../contract/inspect/blocks/contextInput'
import type { BuildLayer } from './layer'

/** The map [B, H, W, F] flows beside the image as it is given. */
export const contextInputLayer: BuildLayer<ContextInputBlock> = ({ channels }) => ({
  parameters: [],
  apply(streams) {
    if (!streams.context) throw new Error('The net reads a map of features beside the image, but none was given.')
    return streams
  },
  describe({ contextFirst }, streams) {
    if (contextFirst === undefined) throw new Error('The net reads a map of features beside the image, but the plan has none.')
    return { ...streams, context: { first: contextFirst, channels } }
  },
})
