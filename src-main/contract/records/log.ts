import { z } from 'zod'

export const logLevelSchema = z.enum(['info', 'warning', 'error'])
export type LogLevel = z.infer<typeof logLevelSchema>

/** One thing that happened, in one or more lines of text. The home folder is written '~'. */
export const logEntrySchema = z.object({
  /** Counts up without a gap while the studio runs. */
  number: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  level: logLevelSchema,
  /** The studio's own process, the engine's, or a window. */
  source: z.enum(['studio', 'engine', 'window']),
  text: z.string(),
})
export type LogEntry = z.infer<typeof logEntrySchema>
