import { eventIterator } from '@orpc/contract'
import { doctorReportSchema, systemInfoSchema } from '../records/system'
import { procedure } from './shared'

export const system = {
  info: procedure.output(systemInfoSchema),
  /** The present state at once, then every change. */
  watch: procedure.output(eventIterator(systemInfoSchema)),
  doctor: procedure.output(doctorReportSchema),
}
