/** An error in the user's files or options: the message names the file or field and is shown as it stands. */
export class UserError extends Error {
  /** Option at fault, where there is one. */
  readonly field?: string
  /** What to do next. */
  readonly mend?: string

  constructor(message: string, details: { field?: string; mend?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'UserError'
    if (details.field !== undefined) this.field = details.field
    if (details.mend !== undefined) this.mend = details.mend
  }
}

/** Failures of the file system in the user's words; anything else is returned as it is. */
export function explainFileError(error: unknown, folder: string): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UserError(`The disk that holds ${folder} is full; nothing was kept of this import.`, { mend: 'Free some space, or choose another workspace folder.', cause: error })
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    const file = 'path' in error && typeof error.path === 'string' ? error.path : folder
    return new UserError(`${file}: permission denied.`, { mend: 'Check who may read and write it.', cause: error })
  }
  if (code === 'EMFILE' || code === 'ENFILE') return new UserError('Too many files are open at once.', { mend: 'Raise the limit (ulimit -n) and try again.', cause: error })
  return error
}
