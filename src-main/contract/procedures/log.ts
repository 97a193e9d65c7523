import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { logEntrySchema, logLevelSchema } from '../records/log'
import { download, ok, procedure } from './shared'

export const log = {
  /** All entries that are kept from number `from` on, then new ones as they are written. */
  watch: procedure.input(z.object({ from: z.number().int().nonnegative().default(0) })).output(eventIterator(z.array(logEntrySchema))),
  /** What went wrong in a window. */
  note: procedure.input(z.object({ level: logLevelSchema, text: z.string().max(8000) })).output(ok),
  /** Versions, the findings of doctor and the last entries as one text to send to somebody. */
  report: procedure.output(z.string()),
  file: procedure.output(download),
}
