import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { z } from 'zod'

/** The product's own command line, as a user has it. */
export interface CommandLine {
  /** Runs a command with --json and answers its document. `onLine` sees what it says meanwhile. */
  ask<T>(args: readonly string[], schema: z.ZodType<T>, onLine?: (line: string) => void): Promise<T>
  /** The help of a command; null where there is no such command. */
  help(command: string): Promise<string | null>
}

/** A command that ended otherwise than well, with its own words. */
export class CommandError extends Error {
  override readonly name = 'CommandError'

  constructor(
    message: string,
    readonly exitCode: number | null,
  ) {
    super(message)
  }
}

export interface CommandLineOptions {
  /** out/main/cli.js */
  program: string
  /** The workspace. */
  home: string
  /** Aborted: the command is interrupted as by Ctrl-C, upon which a training writes a checkpoint. */
  signal?: AbortSignal
}

/** How long an interrupted command may take to leave. */
const LEAVING_MILLISECONDS = 60_000

export function commandLine({ program, home, signal }: CommandLineOptions): CommandLine {
  async function run(args: readonly string[], onLine?: (line: string) => void): Promise<string> {
    signal?.throwIfAborted()
    const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, CHAINRULE_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: string[] = []
    let answer = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text))
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      if (said.length > 50) said.shift()
      onLine?.(line)
    })
    let force: NodeJS.Timeout | undefined
    const interrupt = (): void => {
      child.kill('SIGINT')
      force = setTimeout(() => child.kill('SIGKILL'), LEAVING_MILLISECONDS)
    }
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', resolve)
      })
      signal?.throwIfAborted()
      if (code !== 0) throw new CommandError(errorOf(answer) ?? said.slice(-3).join(' '), code)
      return answer
    } finally {
      clearTimeout(force)
      signal?.removeEventListener('abort', interrupt)
    }
  }

  return {
    async ask(args, schema, onLine) {
      const text = await run([...args, '--json'], onLine)
      return schema.parse(JSON.parse(text))
    },
    async help(command) {
      try {
        const text = await run([command, '--help'])
        // Asked for what it does not know, the program answers with its own help.
        return text.startsWith(`Usage: chainrule ${command}`) ? text : null
      } catch (error) {
        if (error instanceof CommandError && error.exitCode === 1) return null
        throw error
      }
    },
  }
}

/** What a failed command put into its JSON document. */
function errorOf(answer: string): string | null {
  try {
    const value: unknown = JSON.parse(answer)
    return typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string' ? value.error : null
  } catch {
    return null
  }
}
