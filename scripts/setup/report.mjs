/**
 * Says what is being done, in plain words. On a terminal the last line is redrawn with its progress; elsewhere a line is
 * written at every tenth part.
 */
export function createReport(stream) {
  const terminal = Boolean(stream.isTTY)
  let open = false
  let last = ''
  const closeLine = () => {
    if (open) stream.write('\n')
    open = false
  }
  const clip = (text) => (stream.columns ? text.slice(0, stream.columns - 1) : text)
  return {
    stream,
    say(text) {
      closeLine()
      last = ''
      stream.write(`${text}\n`)
    },
    /** done and total in bytes; without them the text alone is shown. */
    progress(text, done, total) {
      const part = total ? Math.min(1, done / total) : null
      const shown = part === null ? text : `${text}: ${Math.floor(part * 100)} % of ${megabytes(total)}`
      if (terminal) {
        stream.write(`\r\x1b[2K${clip(shown)}`)
        open = true
        return
      }
      const key = part === null ? text : `${text} ${Math.floor(part * 10)}`
      if (key !== last) stream.write(`${shown}\n`)
      last = key
    },
  }
}

const megabytes = (bytes) => (bytes > 2e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`)

/** A step that failed: what happened, and what to do about it. */
export class SetupError extends Error {
  constructor(message, mend) {
    super(message)
    this.mend = mend
  }
}
