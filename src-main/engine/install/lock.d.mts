export interface LockOptions {
  signal?: AbortSignal
  /** Called once, with the process id of the holder, when the lock is taken and this process has to wait. */
  onWait?: (pid: number) => void
  pollMs?: number
}

/** Runs `work` while holding the lock file at `path`; a lock whose holder has died is taken over. */
export declare function withLock<T>(path: string, work: () => Promise<T>, options?: LockOptions): Promise<T>
