import { z } from 'zod'
import { id, ok, procedure } from './shared'

export const uploads = {
  /** A staging folder for files dropped into a browser; bytes go by HTTP PUT /upload/{id}/{path}?offset=n. */
  create: procedure.output(z.object({ id: z.string(), path: z.string(), putUrl: z.string() })),
  discard: procedure.input(id).output(ok),
}
