import { eventIterator } from '@orpc/contract'
import { diskUseSchema, doctorReportSchema, systemInfoSchema } from '../records/system'
import { procedure } from './shared'

export const system = {
  info: procedure.output(systemInfoSchema),
  /** The present state at once, then every change. */
  watch: procedure.output(eventIterator(systemInfoSchema)),
  doctor: procedure.output(doctorReportSchema),
  /** What the workspace takes of its disk; every file is looked at. */
  disk: procedure.output(diskUseSchema),
}
