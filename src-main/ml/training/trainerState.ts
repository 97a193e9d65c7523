import { z } from 'zod'

/** What an exact resume needs besides the tensors; written into a checkpoint's record as JSON. */
export const trainerStateSchema = z.object({
  version: z.literal(1),
  step: z.number().int().nonnegative(),
  /** Epochs completed and batches taken of the present one. */
  epoch: z.number().int().nonnegative(),
  batch: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  best: z.object({ step: z.number().int(), nats: z.number(), bitsPerDim: z.number() }).nullable(),
  /** Validations since the best one. */
  validationsWithoutImprovement: z.number().int().nonnegative(),
  /** Loss of the latest steps, for the training figure of the next checkpoint. */
  recent: z.array(z.number()),
})
export type TrainerState = z.infer<typeof trainerStateSchema>

export const freshTrainerState = (): TrainerState => ({
  version: 1,
  step: 0,
  epoch: 0,
  batch: 0,
  seconds: 0,
  best: null,
  validationsWithoutImprovement: 0,
  recent: [],
})

export function parseTrainerState(value: unknown): TrainerState {
  const parsed = trainerStateSchema.safeParse(value)
  if (!parsed.success) throw new Error('The checkpoint does not hold the state of a trainer that this version can continue. Resume from another checkpoint.')
  return parsed.data
}
