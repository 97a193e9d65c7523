/** The engine process ended, or had to be ended, in the middle of its work. `message` is for the user. */
export class EngineDiedError extends Error {
  override readonly name = 'EngineDiedError'
  constructor(
    message: string,
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
    /** Whether memory ran out, or that is the likely reason. */
    readonly memory: boolean = false,
  ) {
    super(message)
  }
}

/** An error that the engine reports about its task: a wrong configuration, a diverged loss, a damaged file. `message` is for the user. */
export class EngineTaskError extends Error {
  override readonly name = 'EngineTaskError'
  constructor(
    message: string,
    /** The name of the error inside the engine, for example 'TrainingDivergedError'. */
    readonly kind: string,
  ) {
    super(message)
  }
}

/** How allocators, Node, TensorFlow, oneDNN's compiler and WebAssembly say that there is no more memory; a thread that cannot begin lacks it for its stack. */
const NO_MEMORY = /bad_alloc|can't alloc|pthread_create(\(\))? failed|Resource temporarily unavailable|out of memory|OOM when allocating|ResourceExhausted|RESOURCE_EXHAUSTED|(cannot|could not|failed to) allocate|allocation failed/i
export const saysNoMemory = (text: string): boolean => NO_MEMORY.test(text)

const SAFE = 'Nothing saved is lost: a training run goes on from its last checkpoint when it is resumed.'

interface Death {
  code: number | null
  signal: NodeJS.Signals | null
  /** The end of its error output, and the line of it that names the error. */
  errorOutput: string
  lastWords: string
  /** Set when it was ended because it did not answer. */
  hungSeconds: number | null
}

/** What happened to a process, in words, with the mend. */
export function deathOf({ code, signal, errorOutput, lastWords, hungSeconds }: Death): EngineDiedError {
  const died = (message: string, memory = false): EngineDiedError => new EngineDiedError(message, code, signal, memory)
  if (hungSeconds !== null) return died(`The engine did not answer for ${hungSeconds} seconds and was ended. ${SAFE} If it happens again, choose a smaller batch or model.`)
  if (signal === 'SIGKILL') return died(`The engine process was killed (SIGKILL): by the system, which does so when memory runs out, or by hand. ${SAFE}`, true)
  if (saysNoMemory(errorOutput)) return died(`The engine process ran out of memory and ended. ${SAFE}`, true)
  const words = lastWords === '' ? '' : ` Its last words: ${lastWords}`
  if (signal) return died(`The engine process crashed (${signal}). ${SAFE}${words}`)
  return died(`The engine process ended unexpectedly with code ${code ?? 'unknown'}. ${SAFE}${words}`)
}
