import type { LogEntry, LogLevel } from '../../src-main/contract'

export interface LogFilter {
  /** Entries of this weight and above. */
  level: LogLevel
  source: LogEntry['source'] | 'all'
  /** Every word must occur, in whatever order. */
  search: string
}

const weights = { info: 0, warning: 1, error: 2 } as const satisfies Record<LogLevel, number>

export function filterLog(entries: readonly LogEntry[], { level, source, search }: LogFilter): readonly LogEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (level === 'info' && source === 'all' && words.length === 0) return entries
  return entries.filter((entry) => {
    if (weights[entry.level] < weights[level] || (source !== 'all' && entry.source !== source)) return false
    const text = entry.text.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
