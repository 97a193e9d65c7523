import type { z } from 'zod'
import type { doctorReportSchema } from '../contract/records/system'
import { runDoctor } from '../engine/install/doctor'

/** The engine chain, what is used and why, with the mend for each step that failed. */
export function doctor(home: string): Promise<z.output<typeof doctorReportSchema>> {
  return runDoctor({ home })
}
