import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { settingsChangeSchema, settingsSchema } from '../records/settings'
import { procedure } from './shared'

export const settings = {
  get: procedure.output(settingsSchema),
  /** The present ones at once, then every change, whichever window makes it. */
  watch: procedure.output(eventIterator(settingsSchema)),
  update: procedure.input(settingsChangeSchema).output(settingsSchema),
  /** Back to the defaults: those named, or all. */
  reset: procedure.input(z.object({ names: z.array(settingsSchema.keyof()).optional() })).output(settingsSchema),
}
