import type { Block, BlockKind, BlockOfKind } from '../../contract/inspect/blocks/blocks'
import type { Stream } from '../../contract/inspect/blocks/stream'
import { bytenetResidualLayer } from './bytenetResidual'
import { causalAttentionLayer } from './causalAttention'
import { causalResidualLayer } from './causalResidual'
import { conditionInputLayer } from './conditionInput'
import { contextInputLayer } from './contextInput'
import { diagonalBiLstmLayer } from './diagonalBiLstm'
import { gatedInputLayer, gatedPixelLayer } from './gatedPixel'
import { gatedResidualLayer } from './gatedResidual'
import { imageHeadLayer } from './imageHead'
import { imageInputLayer } from './imageInput'
import type { BuildLayer, Layer, LayerContext } from './layer'
import { localTransformerLayer } from './localTransformer'
import { maskedConvLayer } from './maskedConv'
import { maskedResidualLayer } from './maskedResidual'
import { positionEmbeddingLayer } from './positionEmbedding'
import { recurrentLayer } from './recurrent'
import { rowLstmLayer } from './rowLstm'
import { sequenceEmbeddingLayer } from './sequenceEmbedding'
import { sequenceHeadLayer } from './sequenceHead'
import { spatialLstmLayer } from './spatialLstm'
import { projectionHeadLayer, transformerBlockLayer } from './transformerBlock'

const builders: { readonly [Kind in BlockKind]: BuildLayer<BlockOfKind<Kind>> } = {
  'image-input': imageInputLayer,
  'masked-conv': maskedConvLayer,
  'masked-residual': maskedResidualLayer,
  'image-head': imageHeadLayer,
  'sequence-embedding': sequenceEmbeddingLayer,
  'gated-residual': gatedResidualLayer,
  'causal-residual': causalResidualLayer,
  'bytenet-residual': bytenetResidualLayer,
  'sequence-head': sequenceHeadLayer,
  'condition-input': conditionInputLayer,
  'context-input': contextInputLayer,
  'gated-input': gatedInputLayer,
  'gated-layer': gatedPixelLayer,
  'causal-attention': causalAttentionLayer,
  'position-embedding': positionEmbeddingLayer,
  'transformer-block': transformerBlockLayer,
  'local-transformer': localTransformerLayer,
  'projection-head': projectionHeadLayer,
  recurrent: recurrentLayer,
  'row-lstm': rowLstmLayer,
  'diagonal-bilstm': diagonalBiLstmLayer,
  'spatial-lstm': spatialLstmLayer,
}

/** The layer of any block. */
export function buildLayer<B extends Block>(block: B, input: Stream, context: LayerContext): Layer {
  return (builders[block.kind] as unknown as BuildLayer<B>)(block, input, context)
}
