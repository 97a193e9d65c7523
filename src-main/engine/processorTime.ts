import { readFileSync } from 'node:fs'

/** What /proc counts processor time in; the kernel shows 100 ticks a second to every program. */
const TICKS_PER_SECOND = 100

/** Seconds of processor time that a process and its threads have used; null where the system does not say (it is read from /proc) or the process is gone. */
export function processorSeconds(pid: number): number | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return null
  }
}

/** Fields 14 and 15 of /proc/PID/stat, user and system time. The second field is the name in parentheses, which may hold spaces and parentheses. */
export function parseStat(text: string): number | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : null
}
