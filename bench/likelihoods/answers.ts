import { z } from 'zod'
import { splitCountsSchema } from '../../src-main/contract/records/dataset'

/** What is read of the documents that the command line answers. */

export const datasetsAnswer = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    variant: z.string(),
    counts: splitCountsSchema,
    domain: z.object({ classes: z.int().positive().optional() }),
  }),
)
export type KnownDataSet = z.infer<typeof datasetsAnswer>[number]

export const importAnswer = z.object({ dataset: z.string() })

export const familiesAnswer = z.array(z.object({ family: z.string() }))

export const runsAnswer = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['queued', 'starting', 'running', 'paused', 'stopped', 'interrupted', 'completed', 'failed']),
    error: z.string().nullable(),
    model: z.object({ family: z.string(), config: z.record(z.string(), z.unknown()) }),
    training: z.object({ seed: z.int() }),
    parameters: z.int(),
    progress: z.object({ step: z.int(), seconds: z.number() }),
    engine: z.object({ name: z.string(), tensorflow: z.string().nullable(), device: z.string(), gpu: z.string().nullable() }).nullable(),
    execution: z.object({ mode: z.string() }).nullable(),
  }),
)
export type KnownRun = z.infer<typeof runsAnswer>[number]

export const trainAnswer = z.object({ run: z.string(), status: z.string() })

export const checkpointsAnswer = z.array(z.object({ step: z.int(), record: z.object({ weightsHash: z.string() }).nullable() }))

export const scoreAnswer = z.object({
  nats: z.number(),
  bitsPerDim: z.number(),
  standardError: z.number(),
  examples: z.int(),
  exact: z.boolean(),
  weights: z.enum(['raw', 'ema']),
  checkpoint: z.int(),
  divergence: z.object({ totalProbability: z.number() }).optional(),
  orderings: z.object({ count: z.int(), mean: z.object({ nats: z.number(), standardError: z.number() }).nullish() }).optional(),
})

export const samplesAnswer = z.object({ files: z.array(z.string()) })

export const exactMatchAnswer = z.object({ exactMatch: z.number(), examples: z.int() })

export const classifyAnswer = z.object({ accuracy: z.number(), examples: z.int() })
