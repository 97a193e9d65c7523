import { cpus } from 'node:os'
import type { EngineInfo } from '../contract/records/run'
import type { EngineClient, EngineClientOptions } from '../engine/client'
import { createEngineClient } from '../engine/client'
import { EngineDiedError } from '../engine/errors'
import type { EventHub } from './eventHub'
import { engineLines } from './log'
import type { StudioLog } from './log'

/** An engine process that is started when it is needed and ended when it is not, so that its memory and accelerator are free. */
export interface EngineSlot {
  /** `env` is added to the environment of a process that is not there yet. */
  client(env?: Readonly<Record<string, string>>): EngineClient
  /** The client as it is; null while there is none. */
  readonly current: EngineClient | null
  /** What was in use last; null before the first start. */
  readonly info: EngineInfo | null
  release(): Promise<void>
  /** Lets the process go and forgets what was in use: the next one may be another engine. */
  reset(): Promise<void>
}

export interface Engines {
  /** All cores; one training at a time. */
  training: EngineSlot
  /** Sampling and scoring beside it, on half of the cores, so that looking at results never stops training. */
  light: EngineSlot
  /**
   * Runs light work one after another and lets the process go two minutes after the last. Work whose engine dies under it begins once more on
   * a new one: it only reads, and the same seeds give the same answer. An engine that dies twice is reported.
   */
  withLight<T>(signal: AbortSignal | undefined, work: (client: EngineClient) => AsyncGenerator<T, void>): AsyncGenerator<T, void>
  /** Both anew at their next use. */
  reset(): Promise<void>
  close(): Promise<void>
}

const IDLE_MILLISECONDS = 120_000

export type EnginePreferences = Pick<EngineClientOptions, 'prefer' | 'threads'>

/** `preferences` are asked for whenever a process is started; what they leave open is as in `options`. */
export function createEngines(hub: EventHub, log: StudioLog, options: EngineClientOptions = {}, preferences: () => EnginePreferences = () => ({})): Engines {
  const training = engineSlot(hub, log, 'training', () => ({ ...options, ...preferences() }))
  const half = Math.max(1, Math.floor(cpus().length / 2))
  const light = engineSlot(hub, log, 'light', () => {
    const wanted = preferences()
    return { ...options, ...wanted, threads: Math.min(half, wanted.threads ?? half) }
  })
  let last: Promise<void> = Promise.resolve()
  let users = 0
  let idle: NodeJS.Timeout | undefined
  let closed = false

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
        yield* twice(
          () => closed || signal?.aborted === true,
          () => work(light.client()),
        )
      } finally {
        done()
        if (--users === 0) idle = setTimeout(() => void light.release(), IDLE_MILLISECONDS).unref()
      }
    },
    async reset() {
      await Promise.all([training.reset(), light.reset()])
      hub.emit('system')
    },
    async close() {
      closed = true
      clearTimeout(idle)
      await Promise.all([training.release(), light.release()])
    },
  }
}

/** Progress begins anew with the second attempt. What ran out of memory would do so again. */
async function* twice<T>(isOver: () => boolean, work: () => AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  try {
    yield* work()
  } catch (error) {
    const again = error instanceof EngineDiedError && (!error.memory || error.signal === 'SIGKILL') && !isOver()
    if (!again) throw error
    yield* work()
  }
}

function engineSlot(hub: EventHub, log: StudioLog, name: string, optionsNow: () => EngineClientOptions): EngineSlot {
  let current: EngineClient | null = null
  let info: EngineInfo | null = null
  let state = 'stopped'

  function note(client: EngineClient): void {
    if (client.state === state) return
    state = client.state
    const { message, pid } = client
    if (state === 'dead') log.write('error', 'engine', `${name}: ${message ?? 'ended'}`)
    else log.write('info', 'engine', `${name}: ${state}${state === 'ready' && client.info ? `, ${describeEngine(client.info)}, process ${pid ?? '?'}` : ''}`)
  }

  async function release(): Promise<void> {
    const client = current
    current = null
    await client?.dispose()
  }

  return {
    client(env) {
      if (!current) {
        const options = { onErrorOutput: engineLines(log, name), ...optionsNow() }
        current = createEngineClient(env ? { ...options, env: { ...options.env, ...env } } : options)
        const client = current
        client.onChange(() => {
          info = client.info ?? info
          note(client)
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
    release,
    async reset() {
      await release()
      info = null
    },
  }
}

export const describeEngine = ({ name, tensorflow, device, gpu }: EngineInfo): string =>
  `${name}${tensorflow ? `, TensorFlow ${tensorflow}` : ''} on ${device === 'gpu' ? (gpu ?? 'the GPU') : 'the processor'}`
