import { z } from 'zod'
import { featureDomainSchema } from './localFeatures'

/** What the levels of text stand for. */
export const textDomainSchema = z.object({
  unit: z.enum(['characters', 'bytes']),
  /** The character of each level, in order; of pairs level 0 is the end and stands here as ''. Absent for bytes, whose levels are their values. */
  alphabet: z.array(z.string()).optional(),
  /** Pairs: the first so many dimensions hold the source, the others the target, each filled up with ends. */
  source: z.number().int().positive().optional(),
})

/** What one example is. `shape` is [height, width, channels] for images, [frames, height, width, channels] for video, [time] for audio, [dimensions] for tables, [longest piece] for text. */
export const domainSchema = z.object({
  kind: z.enum(['image', 'audio', 'table', 'text', 'video']),
  /** Static shape of one example. For audio of different lengths: [longest clip, in samples]. */
  shape: z.array(z.number().int().positive()).min(1),
  /** Number K of values a dimension takes, 0…K−1. 2 = binary. */
  levels: z.number().int().min(2),
  /** True when examples have different lengths (audio clips); NLL is then per sample, not per example. */
  variableLength: z.boolean().default(false),
  /** Hz; audio only. */
  sampleRate: z.number().positive().optional(),
  /** How levels relate to the physical value; mu-law is the 256-level companding of 16-bit audio. */
  encoding: z.enum(['linear', 'mu-law']).default('linear'),
  /** Number of classes when the data set carries labels. */
  classes: z.number().int().positive().optional(),
  text: textDomainSchema.optional(),
  /** Audio with features beside it, at a lower rate. */
  features: featureDomainSchema.optional(),
})
export type Domain = z.infer<typeof domainSchema>

/** Number of dimensions D of one example (the product of its shape). */
export function dimensionsOf(domain: Pick<Domain, 'shape'>): number {
  return domain.shape.reduce((product, size) => product * size, 1)
}

/** Frames of one example: 1 for all that is no video. */
export function framesOf(domain: Pick<Domain, 'kind' | 'shape'>): number {
  return domain.kind === 'video' ? (domain.shape[0] ?? 1) : 1
}

/** The unit in which the studio quotes an NLL for this domain. Video: that of a clip divided by its frames, as the field does. */
export function nllUnit(domain: Pick<Domain, 'kind' | 'variableLength' | 'text'>): NllUnit {
  if (domain.kind === 'video') return 'nats/frame'
  if (domain.text?.source !== undefined) return 'nats/pair'
  if (!isSeries(domain)) return 'nats/example'
  return domain.kind !== 'text' ? 'nats/sample' : domain.text?.unit === 'bytes' ? 'nats/byte' : 'nats/character'
}

export const nllUnitSchema = z.enum(['nats/example', 'nats/sample', 'nats/frame', 'nats/character', 'nats/byte', 'nats/pair'])
export type NllUnit = z.infer<typeof nllUnitSchema>

/**
 * How bits per dimension are called beside such an NLL: a step of a sequence is its dimension, and of pairs only the characters of the target
 * and its end count. A frame has many dimensions, as a picture has.
 */
export function bitsLabel(unit: NllUnit): string {
  if (unit === 'nats/pair') return 'bits/target character'
  return isPerStep(unit) ? unit.replace('nats', 'bits') : 'bits/dim'
}

/** Whether examples are sequences of different length, whose NLL is quoted per step: recordings, running text. */
export const isSeries = (domain: Pick<Domain, 'kind' | 'variableLength'>): boolean => domain.kind === 'audio' || domain.variableLength

/** Whether the unit is one step of a sequence. */
export const isPerStep = (unit: NllUnit): boolean => unit === 'nats/sample' || unit === 'nats/character' || unit === 'nats/byte'

export const splitNameSchema = z.enum(['train', 'valid', 'test'])
export type SplitName = z.infer<typeof splitNameSchema>
export const splitNames = splitNameSchema.options

/** Small binary payloads (previews, samples) travel as Uint8Array through a custom serializer of the transports. */
export const bytesSchema = z.instanceof(Uint8Array)
