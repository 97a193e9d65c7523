import { format } from 'node:util'
import type { StudioLog } from './log'

type Listener = Pick<StudioLog, 'write'>
type Restore = () => void

const listeners = new Set<Listener>()
let restore: Restore | null = null

/**
 * From now on the log also gets what this process writes on its error output, and the error that ends it. Answers the way back. Several
 * studios of one process share one ear, so that it does not matter which of them closes first.
 */
export function hearConsole(log: Listener): () => void {
  listeners.add(log)
  restore ??= listen()
  return () => {
    listeners.delete(log)
    if (listeners.size > 0) return
    restore?.()
    restore = null
  }
}

function listen(): Restore {
  const { error, warn } = console
  const tell = (level: 'error' | 'warning', text: string): void => listeners.forEach((log) => log.write(level, 'studio', text))
  const heardError = (...values: unknown[]): void => {
    tell('error', format(...values))
    error.apply(console, values)
  }
  const heardWarn = (...values: unknown[]): void => {
    tell('warning', format(...values))
    warn.apply(console, values)
  }
  const ending = (problem: Error): void => tell('error', `Internal fault, the studio ends: ${problem.stack ?? problem.message}`)
  console.error = heardError
  console.warn = heardWarn
  process.on('uncaughtExceptionMonitor', ending)
  return () => {
    // Whoever has put something else there since keeps it.
    if (console.error === heardError) console.error = error
    if (console.warn === heardWarn) console.warn = warn
    process.off('uncaughtExceptionMonitor', ending)
  }
}
