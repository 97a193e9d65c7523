import { z } from 'zod'

export const installedEngineSchema = z.object({
  /** Also its folder's name. */
  name: z.string(),
  tensorflow: z.string().nullable(),
  device: z.enum(['cpu', 'gpu']).nullable(),
  bytes: z.number(),
  /** The bridge between Node and TensorFlow was built against it. */
  inUse: z.boolean(),
})
export type InstalledEngine = z.infer<typeof installedEngineSchema>

/** The native engines on this machine, and the one that it should have. */
export const engineInstallationSchema = z.object({
  folder: z.string(),
  installed: z.array(installedEngineSchema),
  /** The best for this machine; null where TensorFlow publishes none. */
  plan: z.object({ name: z.string(), tensorflow: z.string(), device: z.enum(['cpu', 'gpu']), downloadBytes: z.number(), unpackedBytes: z.number() }).nullable(),
  /** Whether the plan is in place, whole. */
  ready: z.boolean(),
  /** Why nothing can be installed or removed now; null when it can. */
  blocked: z.string().nullable(),
  /** The installation that is under way. */
  jobId: z.string().nullable(),
})
export type EngineInstallation = z.infer<typeof engineInstallationSchema>
