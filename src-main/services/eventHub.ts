/** What can change: runs, jobs, data sets and saved models by id, the system's state, a run's metrics, the settings, the log. */
export type Topic = 'runs' | 'jobs' | 'datasets' | 'models' | 'system' | 'metrics' | 'settings' | 'log'

export interface EventHub {
  /** Tells that `key` of `topic` changed. Carries no content: a watcher reads the present state when it gets to it. */
  emit(topic: Topic, key?: string): void
  on(topic: Topic, listener: (key: string) => void): () => void
  /** Ends every watcher, each after the last change; resolves when the streams have sent that, or after a second. */
  close(): Promise<void>
  /** Counts a stream as open until the answered function is called. */
  opened(): () => void
  readonly closed: AbortSignal
}

export function createEventHub(): EventHub {
  const listeners = new Map<Topic, Set<(key: string) => void>>()
  const closing = new AbortController()
  let open = 0
  let onAllEnded = (): void => {}
  return {
    emit(topic, key = '') {
      for (const listener of [...(listeners.get(topic) ?? [])]) listener(key)
    },
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => void set.delete(listener)
    },
    async close() {
      closing.abort()
      if (open > 0) await Promise.race([new Promise<void>((resolve) => (onAllEnded = resolve)), sleep(CLOSING_MILLISECONDS)])
    },
    opened() {
      open++
      return () => {
        if (--open === 0) onAllEnded()
      }
    },
    closed: closing.signal,
  }
}

/** Smallest time between two messages of a stream: at most 20 a second. */
export const MESSAGE_MILLISECONDS = 50

const CLOSING_MILLISECONDS = 1_000

export interface WatchOptions {
  hub: EventHub
  topics: Topic[]
  /** Ends the stream when the client goes away. */
  signal: AbortSignal | undefined
  /** Only changes of this key count. */
  key?: string
}

/**
 * Yields once at once with `null`, then after every change with the keys that changed since the last time, at most 20 times a second
 * however fast they change. Since changes are remembered as keys, a slow client costs no memory and always gets the latest state.
 */
export async function* changes({ hub, topics, signal, key }: WatchOptions): AsyncGenerator<ReadonlySet<string> | null, void> {
  const ended = signal ? AbortSignal.any([signal, hub.closed]) : hub.closed
  let changed = new Set<string>()
  let wake = (): void => {}
  const stops = topics.map((topic) =>
    hub.on(topic, (which) => {
      if (key !== undefined && which !== key) return
      changed.add(which)
      wake()
    }),
  )
  const onEnd = (): void => wake()
  const close = hub.opened()
  ended.addEventListener('abort', onEnd)
  try {
    if (ended.aborted) return
    yield null
    for (;;) {
      await sleep(MESSAGE_MILLISECONDS, ended)
      if (changed.size === 0 && !ended.aborted) await new Promise<void>((resolve) => (wake = resolve))
      if (signal?.aborted) return
      const keys = changed
      changed = new Set()
      if (keys.size > 0) yield keys
      if (ended.aborted) return
    }
  } finally {
    ended.removeEventListener('abort', onEnd)
    for (const stop of stops) stop()
    close()
  }
}

/** Passes on at most 20 items a second, always the latest, and the last one in any case. */
export async function* coalesced<T>(source: AsyncIterable<T>, isFinal: (item: T) => boolean): AsyncGenerator<T, void> {
  let sent = Number.NEGATIVE_INFINITY
  let held: T | undefined
  for await (const item of source) {
    const now = performance.now()
    if (!isFinal(item) && now - sent < MESSAGE_MILLISECONDS) {
      held = item
      continue
    }
    sent = now
    held = undefined
    yield item
  }
  if (held !== undefined) yield held
}

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
