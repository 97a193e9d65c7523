import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { jobSchema } from '../records/job'
import { id, ok, procedure } from './shared'

export const jobs = {
  list: procedure.output(z.array(jobSchema)),
  watch: procedure.output(eventIterator(z.array(jobSchema))),
  cancel: procedure.input(id).output(ok),
}
