import { z } from 'zod'
import { engineInfoSchema } from './run'

export const doctorReportSchema = z.object({
  engine: engineInfoSchema,
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), mend: z.string() })),
})
export type DoctorReport = z.infer<typeof doctorReportSchema>

/** Bytes of the workspace's parts, and what is free on its disk. */
export const diskUseSchema = z.object({
  parts: z.array(z.object({ name: z.enum(['datasets', 'runs', 'models', 'uploads', 'logs', 'other']), bytes: z.number() })),
  bytes: z.number(),
  freeBytes: z.number(),
})
export type DiskUse = z.infer<typeof diskUseSchema>

export const systemInfoSchema = z.object({
  version: z.string(),
  home: z.string(),
  platform: z.string(),
  cpus: z.number().int(),
  memoryBytes: z.number(),
  /** null while the engine process has not started yet. */
  engine: engineInfoSchema.nullable(),
  engineState: z.enum(['stopped', 'starting', 'ready', 'busy', 'dead']),
  engineMessage: z.string().nullable(),
  shell: z.enum(['electron', 'serve', 'cli']),
  /** Records of the workspace that could not be read, each in one sentence with the mend; the files are left as they are. */
  problems: z.array(z.string()).default([]),
})
export type SystemInfo = z.infer<typeof systemInfoSchema>
