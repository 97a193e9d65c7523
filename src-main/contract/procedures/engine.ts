import { z } from 'zod'
import { engineInstallationSchema } from '../records/engine'
import { jobSchema } from '../records/job'
import { ok, procedure } from './shared'

export const engine = {
  installation: procedure.output(engineInstallationSchema),
  /** Makes the best engine for this machine ready, as a job that can be cancelled. Refused while the engine is at work. */
  install: procedure.output(jobSchema),
  /** Removes an installed engine. Refused while the engine is at work. */
  remove: procedure.input(z.object({ name: z.string() })).output(ok),
}
