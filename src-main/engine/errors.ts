/** The engine process ended, or had to be ended, in the middle of its work. `message` is for the user. */
export class EngineDiedError extends Error {
  override readonly name = 'EngineDiedError'
  constructor(
    message: string,
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
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

const SAFE = 'Nothing saved is lost: a training run goes on from its last checkpoint when it is resumed.'

/** What happened to a process, in words, with the mend. */
export function deathMessage(code: number | null, signal: NodeJS.Signals | null, lastWords: string, hungSeconds: number | null): string {
  if (hungSeconds !== null) return `The engine did not answer for ${hungSeconds} seconds and was ended. ${SAFE} If it happens again, choose a smaller batch or model.`
  if (signal === 'SIGKILL') {
    return `The engine process was killed (SIGKILL): by the system, which does so when memory runs out, or by hand. ${SAFE} If it happens again, choose a smaller batch or model.`
  }
  const words = lastWords === '' ? '' : ` Its last words: ${lastWords}`
  if (signal) return `The engine process crashed (${signal}). ${SAFE}${words}`
  return `The engine process ended unexpectedly with code ${code ?? 'unknown'}. ${SAFE}${words}`
}
