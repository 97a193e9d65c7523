import type { BlockDocument, DraftConfig } from './blockChain'

export interface DocumentMessages {
  document: string
  family: string
  config: string
  blocks: string
  block: string
}

/** What the builder needs to show a document at all: a composed model with a list of blocks. The rest the studio checks, field by field. */
export type ReadDocument = { ok: true; config: DraftConfig } | { ok: false; /** As 'config.blocks.3'. */ path: string; reason: string }

export const COMPOSED = 'composed'

export function readComposed(value: unknown, messages: DocumentMessages): ReadDocument {
  const wrong = (path: string, reason: string): ReadDocument => ({ ok: false, path, reason })
  if (!isObject(value) || !('family' in value) || !('config' in value)) return wrong('', messages.document)
  if (value.family !== COMPOSED) return wrong('family', messages.family.replace('{family}', String(value.family)))
  if (!isObject(value.config)) return wrong('config', messages.config)
  const { blocks } = value.config
  if (!Array.isArray(blocks)) return wrong('blocks' in value.config ? 'config.blocks' : 'config', messages.blocks)
  const strange = blocks.findIndex((block) => !isBlock(block))
  if (strange >= 0) return wrong(`config.blocks.${strange}`, messages.block)
  return { ok: true, config: value.config as DraftConfig }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isBlock = (value: unknown): value is BlockDocument => isObject(value) && typeof value.kind === 'string'
