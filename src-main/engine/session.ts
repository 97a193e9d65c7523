import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { allocatorEnvironment } from './allocator'
import { EngineDiedError, deathOf } from './errors'
import { workerEntry } from './entry'
import { lastLine } from './lastWords'

/** A forked engine process and the news of its death. */
export interface EngineSession {
  readonly child: ChildProcess
  /** Set once the process has ended. */
  readonly death: EngineDiedError | null
  /** Calls once at the process's death (at once when it is dead already); answers the unsubscription. */
  onDeath(listener: (death: EngineDiedError) => void): () => void
  /** Ends a process that does not answer. */
  killHung(seconds: number): void
  /** Ends a process that could not start, with the reason. */
  kill(reason: string): void
  /** Ends the process and waits until it is gone. */
  end(): Promise<void>
}

const LAST_WORDS = 4_096

interface ForkOptions {
  entry?: string | undefined
  env?: NodeJS.ProcessEnv | undefined
  /** Hears what the process writes on its error output, as it comes. */
  onErrorOutput?: ((text: string) => void) | undefined
}

export async function forkEngine({ entry, env, onErrorOutput }: ForkOptions): Promise<EngineSession> {
  const child = fork(entry ?? (await workerEntry()), [], {
    serialization: 'advanced',
    // Neither a debugger's nor a test runner's flags are meant for the engine.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...allocatorEnvironment(), ...env, ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
  })
  const listeners = new Set<(death: EngineDiedError) => void>()
  let death: EngineDiedError | null = null
  let hungSeconds: number | null = null
  let reason: string | null = null
  let errorOutput = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-LAST_WORDS)
    onErrorOutput?.(text)
  })

  // The worker ends when the channel closes; this covers a parent that leaves in a hurry.
  const leave = (): void => void child.kill('SIGKILL')
  process.once('exit', leave)

  const die = (code: number | null, signal: NodeJS.Signals | null, error?: Error): void => {
    if (death) return
    process.off('exit', leave)
    const why = reason ?? error?.message
    death = why === undefined ? deathOf({ code, signal, errorOutput, lastWords: lastLine(errorOutput), hungSeconds }) : new EngineDiedError(why, code, signal)
    for (const listener of [...listeners]) listener(death)
    listeners.clear()
  }
  // 'close' comes after the streams have ended, so the last words are complete; a process that cannot be started has only 'error'.
  child.once('close', (code, signal) => die(code, signal))
  child.once('error', (error) => {
    if (child.pid === undefined) die(null, null, new Error(`The engine process could not be started: ${error.message}`))
  })

  return {
    child,
    get death() { return death },
    onDeath(listener) {
      if (death) {
        listener(death)
        return () => {}
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    killHung(seconds) {
      hungSeconds = seconds
      child.kill('SIGKILL')
    },
    kill(why) {
      reason = why
      child.kill('SIGKILL')
    },
    end: () =>
      new Promise((resolve) => {
        if (death) return resolve()
        child.once('close', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
