import type { Opponent, Waiting } from './opponent'
import type { Contender } from './duel'
import type { Check, MemoryRecord } from './report'

/** What a row is given to work with. */
export interface RowContext {
  opponent(waiting?: Waiting): Opponent
  threads: number
  /** Whether torch.compile is tried, and how long it may take. */
  compileLimitMs: number | null
  say(text: string): void
}

/** A row ready to be measured. */
export interface Prepared {
  ours: Contender
  theirs: Contender
  /** What the opponent is. */
  description: string
  /** torch.compile of the same, or why there is none. */
  compiled: Contender | { reason: string } | null
  check: Check | null
  /** Figures of this row alone, as they go into its record. */
  details: Record<string, number | string>
  /** Fewer rounds than asked for, where one takes very long. */
  rounds?: number
  /** Long runs after the measurement. */
  memory?(): Promise<MemoryRecord>
  close(): void
}

export interface Row {
  name: string
  title: string
  /** The ratio that has to be reached; null where none was set. */
  target: number | null
  /** What the engine process of such a run is started with besides what every one is; read when a process starts. */
  environment?: Readonly<Record<string, string>>
  prepare(context: RowContext): Promise<Prepared>
}
