import { cpus } from 'node:os'
import type { EngineInfo } from '../contract/records/run'
import type { EngineClient, EngineClientOptions } from '../engine/client'
import { createEngineClient } from '../engine/client'
import type { EventHub } from './eventHub'

/** An engine process that is started when it is needed and ended when it is not, so that its memory and accelerator are free. */
export interface EngineSlot {
  /** `env` is added to the environment of a process that is not there yet. */
  client(env?: Readonly<Record<string, string>>): EngineClient
  /** The client as it is; null while there is none. */
  readonly current: EngineClient | null
  /** What was in use last; null before the first start. */
  readonly info: EngineInfo | null
  release(): Promise<void>
}

export interface Engines {
  /** All cores; one training at a time. */
  training: EngineSlot
  /** Sampling and scoring beside it, on half of the cores, so that looking at results never stops training. */
  light: EngineSlot
  /** Runs light work one after another and lets the process go two minutes after the last. */
  withLight<T>(signal: AbortSignal | undefined, work: (client: EngineClient) => AsyncGenerator<T, void>): AsyncGenerator<T, void>
  close(): Promise<void>
}

const IDLE_MILLISECONDS = 120_000

export function createEngines(hub: EventHub, options: EngineClientOptions = {}): Engines {
  const training = engineSlot(hub, options)
  const light = engineSlot(hub, { ...options, threads: Math.max(1, Math.floor(cpus().length / 2)) })
  let last: Promise<void> = Promise.resolve()
  let users = 0
  let idle: NodeJS.Timeout | undefined

  return {
    training,
    light,
    async *withLight(signal, work) {
      const before = last
      let done = (): void => {}
      last = new Promise((resolve) => (done = () => void before.then(resolve)))
      users++
      clearTimeout(idle)
      try {
        await before
        signal?.throwIfAborted()
        yield* work(light.client())
      } finally {
        done()
        if (--users === 0) idle = setTimeout(() => void light.release(), IDLE_MILLISECONDS).unref()
      }
    },
    async close() {
      clearTimeout(idle)
      await Promise.all([training.release(), light.release()])
    },
  }
}

function engineSlot(hub: EventHub, options: EngineClientOptions): EngineSlot {
  let current: EngineClient | null = null
  let info: EngineInfo | null = null
  return {
    client(env) {
      if (!current) {
        current = createEngineClient(env ? { ...options, env: { ...options.env, ...env } } : options)
        const client = current
        client.onChange(() => {
          info = client.info ?? info
          hub.emit('system')
        })
      }
      return current
    },
    get current() {
      return current
    },
    get info() {
      return info
    },
    async release() {
      const client = current
      current = null
      await client?.dispose()
    },
  }
}
