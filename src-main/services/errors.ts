import { ORPCError } from '@orpc/server'
import { UserError } from '../data/userError'
import { EngineDiedError, EngineTaskError } from '../engine/errors'
import { StorageError } from '../storage/atomicWrite'

/** Something that was asked for by name does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

export const notFound = (what: string, id: string, known: Iterable<string>): NotFoundError => {
  const names = [...known]
  const hint = names.length === 0 ? 'There are none yet.' : `Known: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`
  return new NotFoundError(`There is no ${what} '${id}'. ${hint}`)
}

/** The words of an error for a person. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof UserError && error.mend && !message.includes(error.mend) ? `${message} ${error.mend}` : message
}

/** An error as it travels to a client. Faults of ours say so; their stack goes to the log. */
export function toRpcError(error: unknown): unknown {
  if (error instanceof ORPCError) return error
  if (error instanceof NotFoundError) return new ORPCError('NOT_FOUND', { message: error.message, cause: error })
  if (error instanceof UserError) {
    const { field, mend } = error
    return new ORPCError('USER_ERROR', { message: messageOf(error), data: { field, mend }, cause: error })
  }
  if (error instanceof StorageError || error instanceof EngineDiedError || error instanceof EngineTaskError) {
    return new ORPCError('USER_ERROR', { message: error.message, data: {}, cause: error })
  }
  if (error instanceof Error && error.name === 'AbortError') return error
  console.error(error)
  return new ORPCError('INTERNAL_SERVER_ERROR', { message: `Internal fault: ${messageOf(error)}`, cause: error })
}
