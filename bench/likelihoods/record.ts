import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../src-main/storage/atomicWrite'
import { BenchError } from '../harness/benchError'
import { units } from './dataSets'

const publishedSchema = z.object({ model: z.string(), value: z.number(), source: z.string(), but: z.string().optional() })

export const entrySchema = z.object({
  name: z.string(),
  dataSet: z.string(),
  /** How the data was prepared, as the studio says it. */
  variant: z.string(),
  examplesTrained: z.int(),
  family: z.string(),
  preset: z.string(),
  /** What differs from the preset, as `--set` takes it. */
  settings: z.array(z.string()),
  /** The model's whole configuration. */
  config: z.record(z.string(), z.unknown()),
  parameters: z.int(),
  /** The budget; null: fitted in one pass. */
  minutes: z.number().positive().nullable(),
  /** Spent on training and validation. */
  secondsTrained: z.number().nonnegative(),
  steps: z.int().nonnegative(),
  /** Of the checkpoint that is scored: the best on the validation split. */
  bestStep: z.int().nonnegative(),
  seed: z.int(),
  test: z.object({
    nats: z.number(),
    bitsPerDim: z.number(),
    /** Of `nats`, over the examples. */
    standardError: z.number().nonnegative(),
    examples: z.int().positive(),
    weights: z.enum(['raw', 'ema']),
    /** False: a bound, the density of dequantised values. */
    exact: z.boolean(),
    /** Orderings whose mean probability is scored; null: one. */
    orderings: z.int().positive().nullable(),
    /** Mean NLL of the single orderings, in nats: what one of them is worth. */
    singleOrdering: z.object({ nats: z.number(), standardError: z.number() }).nullable(),
    /** Σ p(x) over all states, of tiny domains. */
    totalProbability: z.number().nullable(),
  }),
  unit: z.enum(units),
  target: z.number().nullable(),
  /** Where the target comes from. */
  targetFrom: z.string().nullable().default(null),
  /** The row whose figure must not be exceeded either. */
  atMostOf: z.string().nullable().default(null),
  group: z.string().nullable(),
  /** Pairs: share of test sources whose whole target greedy decoding gets right. */
  exactMatch: z.object({ share: z.number(), examples: z.int().positive(), wanted: z.number() }).nullable().default(null),
  /** Share of test examples whose class is the one with the largest p(x | c) p(c). */
  classification: z.object({ accuracy: z.number(), examples: z.int().positive(), wanted: z.number() }).nullable(),
  /** Class-conditional: the grid of samples, a file beside the record. */
  samples: z.string().nullable(),
  published: z.array(publishedSchema),
  weightsHash: z.string(),
  engine: z.string(),
  /** 'compiled' or 'eager'. */
  execution: z.string(),
  machine: z.string(),
  /** When it was scored, ISO 8601. */
  date: z.iso.datetime(),
  /** Version and commit of the project. */
  version: z.string(),
})
export type Entry = z.infer<typeof entrySchema>

export const likelihoodRecordSchema = z.object({ type: z.literal('likelihoods'), version: z.literal(1), entries: z.array(entrySchema) })
export type LikelihoodRecord = z.infer<typeof likelihoodRecordSchema>

/** The rows finished so far; none where there is no file yet. */
export async function readEntries(path: string): Promise<Entry[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BenchError(`${path} is not JSON`, 'Move it away to start a new record, or restore it.')
  }
  const parsed = likelihoodRecordSchema.safeParse(value)
  if (parsed.success) return parsed.data.entries
  const issue = parsed.error.issues[0]
  throw new BenchError(
    `${path} is not a record of likelihoods: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    'Move it away to start a new record.',
  )
}

/** Appends a finished row; the file is always whole. */
export async function appendEntry(path: string, entry: Entry): Promise<Entry[]> {
  const entries = [...(await readEntries(path)), entrySchema.parse(entry)]
  const record: LikelihoodRecord = { type: 'likelihoods', version: 1, entries }
  await mkdir(dirname(path), { recursive: true })
  await writeFileAtomically(path, [Buffer.from(`${JSON.stringify(record, null, 2)}\n`)])
  return entries
}

/** What makes a finished row this one: the same name, budget and settings. */
export const isOf = (entry: Entry, row: { name: string; minutes: number | null; settings: readonly string[]; preset: string }): boolean =>
  entry.name === row.name && entry.minutes === row.minutes && entry.preset === row.preset && entry.settings.join('\n') === row.settings.join('\n')
