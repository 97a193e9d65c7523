import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { LogEntry } from '../contract/records/log'
import { logEntrySchema } from '../contract/records/log'

type Line = Omit<LogEntry, 'number'>
const lineSchema: z.ZodType<Line> = logEntrySchema.omit({ number: true })

/** `logs/studio.log`, one JSON object a line, and the file before it, `studio.1.log`. */
export interface LogFile {
  readonly path: string
  /** At once, so that the last words of a process that dies are there. A disk that is full costs the log and nothing else. */
  append(line: Line): void
  /** Entries of both files, oldest first; a torn or damaged line is left out. */
  read(): Line[]
  /** Both files as they are, oldest first. */
  text(): string
}

/** Two files of this size at most. */
const FILE_BYTES = 1_000_000

export function openLogFile(folder: string, { bytes = FILE_BYTES } = {}): LogFile {
  const path = join(folder, 'studio.log')
  const before = join(folder, 'studio.1.log')
  let size = 0
  try {
    mkdirSync(folder, { recursive: true })
    size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    // A line that was torn by a crash must not swallow the next one.
    if (size > 0 && !contentOf(path).endsWith('\n')) appendFileSync(path, '\n')
  } catch {
    // Said by whatever else fails on such a disk.
  }

  const text = (): string => contentOf(before) + contentOf(path)
  return {
    path,
    append(line) {
      const written = `${JSON.stringify(line)}\n`
      try {
        if (size > 0 && size + written.length > bytes) {
          renameSync(path, before)
          size = 0
        }
        appendFileSync(path, written)
        size += Buffer.byteLength(written)
      } catch {
        // As above.
      }
    },
    read: () =>
      text()
        .split('\n')
        .flatMap((line) => {
          const parsed = lineSchema.safeParse(valueOf(line))
          return parsed.success ? [parsed.data] : []
        }),
    text,
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}
