import { setTimeout as sleep } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { hasEnded } from '../../services/runs'
import { UserError } from '../../data/userError'
import { isAlive } from '../../storage/ownerLock'
import type { JoinedStudio, OpenStudio, StudioClient } from '../openStudio'
import { openStudio } from '../openStudio'
import { EXIT_INTERRUPTED, createOutput, explain } from './output'
import type { Output } from './output'

export interface Session {
  client: StudioClient
  studio: OpenStudio
  output: Output
  /** Aborted by the first Ctrl-C, unless the command takes that for itself with `onInterrupt`. */
  signal: AbortSignal
  /** What the first Ctrl-C does instead; the second always ends the command at once. */
  onInterrupt(action: () => void): void
}

interface CommonOptions {
  json?: boolean
  home?: string
}

/** The options that every command has. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'answer with exactly one JSON document on standard output')
    .option('--home <dir>', "the workspace; CHAINRULE_HOME or the platform's data folder by default")
}

/** Runs a command against the workspace's studio and ends the process with its exit code. */
export async function runCommand(options: CommonOptions, work: (session: Session) => Promise<void>): Promise<void> {
  const output = createOutput(options.json ?? false)
  const interrupted = new AbortController()
  let onInterrupt = (): void => interrupted.abort()
  let presses = 0
  const interrupt = (): void => {
    if (++presses > 1) process.exit(EXIT_INTERRUPTED)
    onInterrupt()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', interrupt)
  let studio: OpenStudio | undefined
  try {
    studio = await openStudio({ home: options.home, shell: 'cli' })
    await work({ client: studio.client, studio, output, signal: interrupted.signal, onInterrupt: (action) => (onInterrupt = action) })
    if (presses === 0) await waitForGuests(studio, output, interrupted.signal)
    process.exitCode ??= presses > 0 ? EXIT_INTERRUPTED : 0
  } catch (error) {
    output.clear()
    if (interrupted.signal.aborted) process.exitCode = EXIT_INTERRUPTED
    else report(studio && !studio.owned && (await hasLeft(studio, error)) ? ownerGone(studio) : error, output)
  } finally {
    await studio?.close().catch((error: unknown) => report(error, output))
  }
  await leave()
}

const DYING_MILLISECONDS = 3000
const STEP_MILLISECONDS = 50

/** Whether the owner is gone. A dying process closes its sockets a little before it is gone, so a lost connection is given a moment. */
async function hasLeft({ owner }: JoinedStudio, error: unknown): Promise<boolean> {
  const deadline = Date.now() + (error instanceof Error && error.name === 'AbortError' ? DYING_MILLISECONDS : 0)
  while (isAlive(owner)) {
    if (Date.now() >= deadline) return false
    await sleep(STEP_MILLISECONDS)
  }
  return true
}

function ownerGone({ owner }: JoinedStudio): UserError {
  return new UserError(`The studio that this command had joined (process ${owner.pid}, ${owner.shell}) has gone away.`, {
    mend: 'Nothing saved is lost. Run the command again; a training goes on with train --resume (chainrule runs lists them).',
  })
}

/** One line for the person, and with --json still exactly one document. */
export function report(error: unknown, output: Output): void {
  const { message, exitCode } = explain(error)
  process.exitCode = exitCode
  output.say(message)
  if (output.json) output.answer({ error: message.split('\n')[0] }, '')
}

/** Whoever joined this command's studio in the meantime is not left alone in the middle of a training. */
async function waitForGuests(studio: OpenStudio, output: Output, signal: AbortSignal): Promise<void> {
  if (!studio.owned) return
  const { queue, runs } = studio.studio.context
  // One's own run has ended already, but for its last writes.
  if (queue.active && hasEnded(runs.get(queue.active.runId))) await queue.active.ended
  if (!queue.active) return
  output.say('Another command is still training through this one; waiting for it (Ctrl-C pauses it).')
  await Promise.race([queue.idle(), new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))])
}

/** Leaves once what was written has reached the pipe; open sockets and timers of libraries must not hold the process. */
function leave(): Promise<never> {
  return new Promise(() => {
    process.stdout.write('', () => process.stderr.write('', () => process.exit()))
  })
}

/** Option parser for numbers. */
export function number(name: string, { integer = false, minimum = Number.NEGATIVE_INFINITY } = {}): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || (integer && !Number.isInteger(value)) || value < minimum) {
      const kind = integer ? 'a whole number' : 'a number'
      throw new InvalidArgumentError(`${name} needs ${kind}${minimum > Number.NEGATIVE_INFINITY ? ` of at least ${minimum}` : ''}.`)
    }
    return value
  }
}

/** Gathers an option that may be given several times. */
export const gather = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value]
