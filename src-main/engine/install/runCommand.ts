import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface CommandResult {
  code: number | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  signal?: AbortSignal | undefined
  timeoutMs?: number
}

/** Runs a program to its end. Never throws for a failing program; throws the signal's reason when aborted. */
export async function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  options.signal?.throwIfAborted()
  const result = await new Promise<CommandResult>((resolve) => {
    let stdout = ''
    let stderr = ''
    const child = spawn(command, args, { env: options.env ?? process.env, cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const stop = (): void => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 3_000).unref()
    }
    const timer = options.timeoutMs ? setTimeout(stop, options.timeoutMs) : undefined
    options.signal?.addEventListener('abort', stop, { once: true })
    const finish = (code: number | null): void => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
      resolve({ code, stdout, stderr })
    }
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', (error) => {
      stderr += error.message
      finish(null)
    })
    child.on('close', (code) => finish(code))
  })
  options.signal?.throwIfAborted()
  return result
}

/** The full path of a program, looked for as a shell would, or null. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : ['']
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (!folder) continue
    for (const ending of endings) {
      const path = join(folder, name + ending)
      try {
        accessSync(path, constants.X_OK)
        if (statSync(path).isFile()) return path
      } catch {
        // Not in this folder.
      }
    }
  }
  return null
}

/** The last lines that say something, for an error message. */
export function lastLines(text: string, count = 4): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !/^\s*(\[notice\]|WARNING: You are using pip)/.test(line))
    .slice(-count)
    .join('\n')
}

/** The line of a failed Node program's output that names the error, not the stack below it. */
export function errorLine(text: string): string {
  return /^\s*(?:\w*Error|Error): (.*)$/m.exec(text)?.[1]?.trim() ?? lastLines(text, 1)
}
