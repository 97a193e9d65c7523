import { z } from 'zod'

const positive = z.number().positive()

/** Whether both sides compute the same from the same weights and batch. */
const checkSchema = z.object({
  what: z.string(),
  ours: z.array(z.number()),
  theirs: z.array(z.number()),
  agrees: z.boolean(),
})
export type Check = z.infer<typeof checkSchema>

const memorySchema = z.object({
  steps: z.int().positive(),
  tensorsBefore: z.int(),
  tensorsAfter: z.int(),
  residentMegabytesBefore: positive,
  /** The largest seen. */
  residentMegabytesAfter: positive,
  flat: z.boolean(),
})
export type MemoryRecord = z.infer<typeof memorySchema>

const rowSchema = z.object({
  name: z.string(),
  /** When it was measured, ISO 8601. */
  date: z.iso.datetime(),
  title: z.string(),
  oursMs: positive,
  theirsMs: positive,
  /** oursMs / theirsMs */
  ratio: positive,
  /** What the opponent is. */
  theirs: z.string(),
  /** Least and largest ratio of the rounds. */
  ratioRange: z.tuple([positive, positive]),
  rounds: z.int().positive(),
  target: positive.nullable(),
  /** torch.compile of the opponent's formulation; null where it does not apply. */
  torchCompile: z.union([z.object({ ms: positive, ratio: positive }), z.object({ reason: z.string() })]).nullable(),
  check: checkSchema.nullable(),
  memory: memorySchema.nullable(),
  details: z.record(z.string(), z.union([z.number(), z.string()])),
})
export type RowRecord = z.infer<typeof rowSchema>
/** A row as it is measured, before it is entered. */
export type Measurement = Omit<RowRecord, 'date'>

const overheadSchema = z.object({
  /** One addition of four numbers, op by op. */
  eagerAddUs: positive,
  /** One call of a program that adds four numbers. */
  programCallUs: positive,
  torchAddUs: positive,
})
export type OverheadRecord = z.infer<typeof overheadSchema>

const machineSchema = z.object({
  processor: z.string(),
  cores: z.int().positive(),
  threads: z.int().positive(),
  memoryGigabytes: positive,
  system: z.string(),
  node: z.string(),
  tensorflow: z.string(),
  device: z.string(),
  torch: z.string(),
  /** Load average of the last minute before the first row: above 0.5 the machine had other work. */
  loadBefore: z.number(),
})
export type Machine = z.infer<typeof machineSchema>

export const reportSchema = z.object({
  machine: machineSchema,
  /** Of the last measurement, ISO 8601. */
  date: z.iso.datetime(),
  rows: z.array(rowSchema),
  overhead: overheadSchema.nullable(),
  failures: z.array(z.object({ name: z.string(), error: z.string() })),
})
export type Report = z.infer<typeof reportSchema>
