import { z } from 'zod'
import { bytenetResidual, bytenetResidualSchema } from './bytenetResidual'
import { causalAttention, causalAttentionSchema } from './causalAttention'
import { causalResidual, causalResidualSchema } from './causalResidual'
import { conditionInput, conditionInputSchema } from './conditionInput'
import { contextInput, contextInputSchema } from './contextInput'
import { diagonalBiLstm, diagonalBiLstmSchema } from './diagonalBiLstm'
import { gatedInput, gatedInputSchema, gatedLayer, gatedLayerSchema } from './gatedPixel'
import { gatedResidual, gatedResidualSchema } from './gatedResidual'
import { imageHead, imageHeadSchema } from './imageHead'
import { imageInput, imageInputSchema } from './imageInput'
import { localTransformer, localTransformerSchema } from './localTransformer'
import { maskedConv, maskedConvSchema } from './maskedConv'
import { maskedResidual, maskedResidualSchema } from './maskedResidual'
import { positionEmbedding, positionEmbeddingSchema } from './positionEmbedding'
import { recurrent, recurrentSchema } from './recurrent'
import { rowLstm, rowLstmSchema } from './rowLstm'
import { sequenceEmbedding, sequenceEmbeddingSchema } from './sequenceEmbedding'
import { sequenceHead, sequenceHeadSchema } from './sequenceHead'
import { spatialLstm, spatialLstmSchema } from './spatialLstm'
import type { BlockDescription } from './stream'
import { projectionHead, projectionHeadSchema, transformerBlock, transformerBlockSchema } from './transformerBlock'

/** The blocks of composable models, from input to output. */
export const blockSchema = z.discriminatedUnion(
  'kind',
  [
    imageInputSchema,
    maskedConvSchema,
    maskedResidualSchema,
    imageHeadSchema,
    sequenceEmbeddingSchema,
    gatedResidualSchema,
    causalResidualSchema,
    bytenetResidualSchema,
    sequenceHeadSchema,
    conditionInputSchema,
    contextInputSchema,
    gatedInputSchema,
    gatedLayerSchema,
    causalAttentionSchema,
    positionEmbeddingSchema,
    transformerBlockSchema,
    localTransformerSchema,
    projectionHeadSchema,
    recurrentSchema,
    rowLstmSchema,
    diagonalBiLstmSchema,
    spatialLstmSchema,
  ],
  { error: ({ input }) => unknownKind(input) },
)
export type Block = z.infer<typeof blockSchema>
export type BlockKind = Block['kind']
export type BlockOfKind<Kind extends BlockKind> = Extract<Block, { kind: Kind }>

export const blockDescriptions: { readonly [Kind in BlockKind]: BlockDescription<BlockOfKind<Kind>> } = {
  'image-input': imageInput,
  'masked-conv': maskedConv,
  'masked-residual': maskedResidual,
  'image-head': imageHead,
  'sequence-embedding': sequenceEmbedding,
  'gated-residual': gatedResidual,
  'causal-residual': causalResidual,
  'bytenet-residual': bytenetResidual,
  'sequence-head': sequenceHead,
  'condition-input': conditionInput,
  'context-input': contextInput,
  'gated-input': gatedInput,
  'gated-layer': gatedLayer,
  'causal-attention': causalAttention,
  'position-embedding': positionEmbedding,
  'transformer-block': transformerBlock,
  'local-transformer': localTransformer,
  'projection-head': projectionHead,
  recurrent,
  'row-lstm': rowLstm,
  'diagonal-bilstm': diagonalBiLstm,
  'spatial-lstm': spatialLstm,
}

/** The schema of each kind alone, for forms and for blocks that are filled up with defaults. */
export const blockSchemas = Object.fromEntries(
  blockSchema.options.map((option) => [option.shape.kind.value, option]),
) as unknown as { readonly [Kind in BlockKind]: z.ZodType<BlockOfKind<Kind>> }

function unknownKind(input: unknown): string {
  const known = blockSchema.options.map((option) => option.shape.kind.value).join(', ')
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return `a block is an object with a kind; the kinds are: ${known}`
  const kind = 'kind' in input ? input.kind : undefined
  return kind === undefined ? `the block has no kind; the kinds are: ${known}` : `there is no block of the kind ${JSON.stringify(kind)}; the kinds are: ${known}`
}

/** The description of a block's kind, typed for that block. */
export function describeBlock<B extends Block>(block: B): BlockDescription<B> {
  return blockDescriptions[block.kind] as unknown as BlockDescription<B>
}
