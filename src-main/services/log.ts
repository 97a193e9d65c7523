import { homedir } from 'node:os'
import type { LogEntry, LogLevel } from '../contract/records/log'
import type { Job } from '../contract/records/job'
import { openLogFile } from '../storage/logFile'
import type { Workspace } from '../storage/workspace'
import type { StudioContext } from './context'
import type { EventHub } from './eventHub'
import { changes } from './eventHub'

export interface StudioLog {
  /** What is kept in memory: the last thousands, of this run of the studio and of those before it. */
  readonly entries: readonly LogEntry[]
  readonly path: string
  write(level: LogLevel, source: LogEntry['source'], text: string): void
  /** All that is on disk, as it is. */
  text(): string
}

const KEPT = 5_000
const LONGEST = 4_000

export function openLog({ logs }: Workspace, hub: EventHub): StudioLog {
  const file = openLogFile(logs)
  let entries: LogEntry[] = file.read().slice(-KEPT).map((line, number) => ({ ...line, number }))
  let next = entries.length
  return {
    get entries() {
      return entries
    },
    path: file.path,
    write(level, source, text) {
      const line = { at: new Date().toISOString(), level, source, text: discreet(text.trimEnd()).slice(0, LONGEST) }
      if (line.text === '') return
      entries.push({ ...line, number: next++ })
      if (entries.length > KEPT * 1.2) entries = entries.slice(-KEPT)
      file.append(line)
      hub.emit('log')
    },
    text: () => file.text(),
  }
}

/** Neither the name of the user's folder nor a door's token belongs into what is shown to others. */
export function discreet(text: string, home = homedir()): string {
  const shown = home.length > 1 ? text.replaceAll(home, '~') : text
  return shown.replace(/\btoken=[\w-]+/g, 'token=…')
}

export async function* watchLog({ hub, log }: StudioContext, from: number, signal: AbortSignal | undefined): AsyncGenerator<LogEntry[], void> {
  let next = from
  for await (const _ of changes({ hub, topics: ['log'], signal })) {
    const fresh = log.entries.filter(({ number }) => number >= next)
    next = (fresh.at(-1)?.number ?? next - 1) + 1
    if (fresh.length > 0) yield fresh
  }
}

/** A job's beginning and end, in a sentence. */
export function noteJob(log: StudioLog, { title, status, error }: Job): void {
  if (status === 'failed') log.write('error', 'studio', `${title}: failed. ${error ?? ''}`)
  else if (status !== 'queued') log.write('info', 'studio', `${title}: ${status === 'running' ? 'begun' : status}`)
}

/** Lines of the engine's error output; those of TensorFlow begin with the letter of their level. */
export function engineLines(log: StudioLog, name: string): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()?.slice(0, LONGEST) ?? ''
    for (const line of lines) if (line.trim() !== '') log.write(levelOf(line), 'engine', `${name}: ${line}`)
  }
}

const levelOf = (line: string): LogLevel =>
  /^[EF]\d{4} |\b(\w*Error|error|abort(ed)?|terminate called|fatal)\b/.test(line) ? 'error' : /^W\d{4} |\bwarn(ing)?\b/i.test(line) ? 'warning' : 'info'
