import { ORPCError } from '@orpc/client'
import { UserError } from '../../data/userError'
import { StorageError } from '../../storage/atomicWrite'
import { ServerStartError } from '../../transports/server'

/** What a command says, and where: results to standard output, everything else to standard error. */
export interface Output {
  readonly json: boolean
  /** The command's one answer: a JSON document with --json, the text otherwise. */
  answer(document: unknown, text: string): void
  /** A line for the person at the terminal. */
  say(line: string): void
  /** Progress: a bar on a terminal, a line every few seconds elsewhere. `fraction` null: the end is not known. */
  progress(fraction: number | null, text: string): void
  /** Takes the bar away. */
  clear(): void
}

/** The input or the data are at fault. */
export const EXIT_USER = 1
/** We are. */
export const EXIT_INTERNAL = 2
/** Ended by Ctrl-C, as shells have it (128 + SIGINT). */
export const EXIT_INTERRUPTED = 130

const LINE_MILLISECONDS = 5_000
const BAR_MILLISECONDS = 100
const BAR_WIDTH = 24

export function createOutput(
  json: boolean,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  const bar = stderr.isTTY === true
  let shown = false
  let last = Number.NEGATIVE_INFINITY

  const clear = (): void => {
    if (shown) stderr.write('\r\x1b[2K')
    shown = false
  }

  return {
    json,
    answer(document, text) {
      clear()
      stdout.write(json ? `${JSON.stringify(document)}\n` : `${text}\n`)
    },
    say(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    progress(fraction, text) {
      const now = performance.now()
      if (now - last < (bar ? BAR_MILLISECONDS : LINE_MILLISECONDS)) return
      last = now
      const percent = fraction === null ? '' : `${(fraction * 100).toFixed(fraction < 0.1 ? 1 : 0)} %  `
      if (!bar) {
        stderr.write(`${percent}${text}\n`)
        return
      }
      const filled = Math.round((fraction ?? 0) * BAR_WIDTH)
      const drawn = fraction === null ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} `
      const columns = Math.max(20, (stderr.columns ?? 80) - 1)
      stderr.write(`\r\x1b[2K${`${drawn}${percent}${text}`.slice(0, columns)}`)
      shown = true
    },
    clear,
  }
}

/** The words of an error and whose fault it is. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof ORPCError) {
    if (error.code === 'BAD_REQUEST') return { message: badRequest(error), exitCode: EXIT_USER }
    const own = error.code === 'INTERNAL_SERVER_ERROR'
    return { message: error.message, exitCode: own ? EXIT_INTERNAL : EXIT_USER }
  }
  if (error instanceof UserError) {
    const { message, mend } = error
    return { message: mend && !message.includes(mend) ? `${message} ${mend}` : message, exitCode: EXIT_USER }
  }
  if (error instanceof StorageError || error instanceof ServerStartError) return { message: error.message, exitCode: EXIT_USER }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: EXIT_INTERNAL }
}

/** The contract's own checks: every field with what is wrong about it. */
function badRequest(error: ORPCError<string, unknown>): string {
  const issues =
    (error.data as { issues?: { path?: (string | number | { key: string | number })[]; message: string }[] } | undefined)?.issues ?? []
  if (issues.length === 0) return error.message
  const texts = issues.map(
    ({ path = [], message }) =>
      `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') || 'input'}: ${message}`,
  )
  return `Wrong input: ${texts.join('; ')}.`
}

/** Rows under a heading, columns aligned; for people. */
export function table(rows: readonly (readonly (string | number | null)[])[], heading: readonly string[]): string {
  if (rows.length === 0) return 'none'
  const cells = [heading, ...rows].map((row) => row.map((cell) => (cell === null ? '–' : String(cell))))
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '?'
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
