import { processorSeconds } from './processorTime'

/** A process that used a smaller share of one core than this waits; one that computes uses more, even where it shares the machine. */
const WORKING = 0.02
/** Where it cannot be told whether a process computes. */
const UNTOLD_PATIENCE = 5 * 60_000
/** Of one that computes: no step of a sensible size takes as long. */
const WORKING_PATIENCE = 30 * 60_000

interface Silence {
  /** Milliseconds in all, and those since it last worked. */
  total: number
  idle: number
}

export interface SignOfLife {
  /** A heartbeat without an answer has passed. Answers how many seconds of silence are too long, once they are; null until then. */
  missed(): number | null
  /** It answered. */
  answered(): void
}

/**
 * Tells a process that hangs from one that is busy with a long step, in which it cannot answer. Time is counted in beats: while this process sleeps (a closed
 * laptop) or is busy, none passes for the other either.
 */
export function signOfLife(pid: number | undefined, { heartbeat, patience }: { heartbeat: number; patience: () => number }, read = processorSeconds): SignOfLife {
  let silence: Silence = { total: 0, idle: 0 }
  let before = pid === undefined ? null : read(pid)
  return {
    missed() {
      const now = pid === undefined ? null : read(pid)
      const known = now !== null && before !== null
      const works = known && ((now - before!) * 1000) / heartbeat >= WORKING
      before = now
      silence = { total: silence.total + heartbeat, idle: works ? 0 : silence.idle + heartbeat }
      const tooLong = known || process.platform === 'linux' ? patience() : Math.max(patience(), UNTOLD_PATIENCE)
      if (silence.idle > tooLong) return Math.ceil(tooLong / 1000)
      return silence.total > Math.max(WORKING_PATIENCE, patience()) ? Math.ceil(silence.total / 1000) : null
    },
    answered() {
      silence = { total: 0, idle: 0 }
    },
  }
}
