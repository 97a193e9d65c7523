import { z } from 'zod'

/** A model is always a document: a family's name and its configuration (validated by the family's own schema). */
export const modelDocumentSchema = z.object({
  family: z.string(),
  config: z.record(z.string(), z.unknown()),
})
export type ModelDocument = z.infer<typeof modelDocumentSchema>

export const presetNameSchema = z.enum(['small', 'standard', 'paper'])
export type PresetName = z.infer<typeof presetNameSchema>

/** What a family is built of; families are listed under it. */
export const familyGroupSchema = z.enum(['baseline', 'nade', 'convolutional', 'recurrent', 'attention', 'audio'])
export type FamilyGroup = z.infer<typeof familyGroupSchema>

export const familyInfoSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** One or two sentences for a newcomer. */
  description: z.string(),
  /** 'Authors (year), Title' */
  reference: z.string(),
  /** The defining equation as plain text. */
  equation: z.string(),
  /** Cost of one likelihood and one sample, as plain text: 'O(DH) per example'. */
  cost: z.string(),
  domains: z.array(z.string()).describe('What fits: binary images, grey images, audio …'),
  /** JSON Schema of the configuration, from which forms are made (title, description, default, minimum, maximum, enum). */
  schema: z.record(z.string(), z.unknown()),
  sampling: z.enum(['direct', 'cached', 'naive']),
  /** Absent: the family has no kin yet. */
  group: familyGroupSchema.optional(),
  /** Fitted by counting in one pass, so that training it further changes nothing. */
  fitted: z.boolean().optional(),
  /** Made of blocks, so that its documents can be opened as a list of them. */
  opensAsBlocks: z.boolean().optional(),
})
export type FamilyInfo = z.infer<typeof familyInfoSchema>

export const blockInspectionSchema = z.object({
  name: z.string(),
  kind: z.string(),
  /** Output shape without the batch dimension. */
  shape: z.array(z.number().int()),
  parameters: z.number().int().nonnegative(),
  /** Multiply-adds of one example's forward pass. */
  multiplyAdds: z.number().nonnegative(),
  receptiveField: z.string().optional(),
  /** Of the block's kind, for people. */
  title: z.string().optional(),
  /** The block's share of the memory of a training step with the given batch size: weights, moments and activations (an estimate). */
  trainingMemoryBytes: z.number().nonnegative().optional(),
})

export const receptiveFieldSchema = z.object({
  /** Words for people: 'all earlier pixels', '27 × 14 pixels above and left', '1,023 samples (128 ms)'. */
  text: z.string(),
  /** Largest number of earlier dimensions that one conditional sees. */
  size: z.number().int().nonnegative(),
  /** Milliseconds; audio only. */
  milliseconds: z.number().optional(),
  /**
   * For images: which pixels the conditional of `pixel` ([row, column]) sees: H·W bytes,
   * 0 = later in the ordering (or the pixel itself), 1 = seen, 2 = earlier but not seen (blind spot).
   */
  map: z.object({ height: z.number().int(), width: z.number().int(), pixel: z.tuple([z.number().int(), z.number().int()]), cells: z.instanceof(Uint8Array) }).optional(),
})
export type ReceptiveField = z.infer<typeof receptiveFieldSchema>

export const inspectionSchema = z.object({
  parameters: z.number().int().nonnegative(),
  multiplyAdds: z.number().nonnegative(),
  receptiveField: receptiveFieldSchema,
  /** Series, where conditionals see the whole past: values before a window from which training reads it. */
  trainingContext: z.number().int().nonnegative().optional(),
  blocks: z.array(blockInspectionSchema),
  causal: z.boolean(),
  /** Blocks that let position i see x_j with j ≥ i; empty when causal. */
  leaks: z.array(z.object({ block: z.string(), reason: z.string() })),
  /** Bytes that the engine process takes at most while it trains with the given batch size (an estimate). */
  trainingMemoryBytes: z.number().nonnegative(),
})
export type Inspection = z.infer<typeof inspectionSchema>

/** How long one epoch of the training split takes on this machine. */
export const epochTimeSchema = z.object({
  /** null: nothing was measured yet. */
  seconds: z.number().positive().nullable(),
  stepsPerEpoch: z.number().int().positive(),
  /** steps: some steps of this very model; runs: the multiply-adds per second that trainings on this machine reached. */
  basis: z.enum(['steps', 'runs', 'nothing']),
  /** Multiply-adds of forward passes per second of training that the estimate rests on. */
  multiplyAddsPerSecond: z.number().positive().nullable(),
  /** Runs that were measured, those of the nearest cost first. */
  runs: z.array(z.string()),
  /** In words, with the mend where nothing was measured. */
  why: z.string(),
})
export type EpochTime = z.infer<typeof epochTimeSchema>

/** What the numerical proof on the built model found: changes of one dimension, and gradients, reach only later conditionals. */
export const causalityProofSchema = z.object({
  causal: z.boolean(),
  /** The block or the weights that a leak runs through, and what was seen; empty when causal. */
  leaks: z.array(z.object({ block: z.string(), reason: z.string() })),
  /** Dimensions that were changed, of `dimensions`; conditionals whose gradient was taken (0 for discrete inputs). */
  perturbed: z.number().int(),
  differentiated: z.number().int(),
  dimensions: z.number().int(),
  seconds: z.number(),
})
export type CausalityProof = z.infer<typeof causalityProofSchema>
