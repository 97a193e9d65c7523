import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../../..')

/** The command line and its engine worker, bundled from the present sources. Answers the program's file. */
export async function bundleCli(): Promise<string> {
  // Inside node_modules, so that the bundle finds the packages it leaves outside of itself.
  const cache = join(root, 'node_modules/.cache/chainrule')
  mkdirSync(cache, { recursive: true })
  const outDir = mkdtempSync(join(cache, 'cli-test-'))
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          cli: join(root, 'src-main/app/cli.ts'),
          worker: join(root, 'src-main/engine/worker.ts'),
          batchThread: join(root, 'src-main/engine/batchThread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  })
  return join(outDir, 'cli.js')
}

export interface CliResult {
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunningCli {
  process: ChildProcess
  /** Everything on standard error so far. */
  readonly stderr: string
  /** Resolves when standard error shows it. */
  shows(pattern: RegExp): Promise<void>
  /** Resolves when a training has been validated at this step or a later one. */
  reaches(step: number): Promise<void>
  ended: Promise<CliResult>
}

/** Starts a command as a user would. */
export function startCli(cli: string, home: string, args: readonly string[]): RunningCli {
  const child = spawn(process.execPath, [cli, ...args, '--home', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<CliResult>((done) => child.on('close', (exitCode, signal) => done({ exitCode, signal, stdout, stderr })))
  const appears = (isThere: (text: string) => boolean, what: string): Promise<void> =>
    new Promise((found, lost) => {
      const check = (): void => {
        if (!isThere(stderr)) return
        listeners.delete(check)
        found()
      }
      listeners.add(check)
      void ended.then(({ exitCode }) => lost(new Error(`The command ended (${exitCode}) before it showed ${what}:\n${stderr}`)))
      check()
    })
  return {
    process: child,
    get stderr() {
      return stderr
    },
    shows: (pattern) => appears((text) => pattern.test(text), String(pattern)),
    reaches: (step) => appears((text) => [...text.matchAll(/^step (\d+),/gm)].some((match) => Number(match[1]) >= step), `step ${step}`),
    ended,
  }
}

/** Runs a command with --json; fails unless it answers exactly one document and ends with the expected code. */
export async function runCli<T>(cli: string, home: string, args: readonly string[], expectedCode = 0): Promise<T> {
  const { exitCode, stdout, stderr } = await startCli(cli, home, [...args, '--json']).ended
  if (exitCode !== expectedCode) throw new Error(`chainrule ${args.join(' ')} ended with ${exitCode}:\n${stderr}\n${stdout}`)
  const lines = stdout.split('\n').filter((line) => line !== '')
  if (lines.length !== 1) throw new Error(`chainrule ${args.join(' ')} answered ${lines.length} lines:\n${stdout}`)
  return JSON.parse(lines[0] ?? '') as T
}
