import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const packageFolder = resolve(import.meta.dirname, '..', '..')
const serveScript = join(packageFolder, 'out', 'main', 'serve.js')

/** The real server with the real engine, on a workspace of its own that is thrown away at the end. */
export class RunningStudio {
  readonly home: string
  private readonly kept: boolean
  url = ''
  log = ''
  private child: ChildProcess | null = null

  /** On a workspace that stays, where one is named. */
  constructor(home?: string) {
    this.kept = home !== undefined
    this.home = home ?? mkdtempSync(join(tmpdir(), 'chainrule-e2e-'))
  }

  /** `port` 0 takes any free one. */
  async start(port = 0): Promise<void> {
    if (!existsSync(serveScript)) throw new Error('The studio has not been built: run `npm run build` first.')
    const child = spawn(process.execPath, [serveScript, '--port', String(port), '--json', '--home', this.home], {
      cwd: packageFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    this.child = child
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    const lines = createInterface({ input: child.stdout })
    this.url = await new Promise<string>((found, failed) => {
      lines.once('line', (line) => found((JSON.parse(line) as { url: string }).url))
      child.once('exit', (code) => failed(new Error(`The server ended with ${String(code)} before it was ready.\n${this.log}`)))
    })
  }

  /** SIGTERM asks it to close (a training is checkpointed); SIGKILL gives it no chance. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const engines = this.enginePids()
    const ended = new Promise<void>((done) => child.once('exit', () => done()))
    child.kill(signal)
    await ended
    this.child = null
    await allGone(engines)
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.stop(signal)
    await this.start()
  }

  /** The port it listens on, or last did. */
  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Engine processes of this server. */
  enginePids(): number[] {
    return this.child?.pid ? enginesOf(this.child.pid) : []
  }

  async remove(): Promise<void> {
    await this.stop()
    if (!this.kept) rmSync(this.home, { recursive: true, force: true })
  }
}

/** Process ids of the engines that a process has forked. */
export function enginesOf(parent: number): number[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return listing
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && Number(match[2]) === parent && /worker/.test(match[3] ?? ''))
    .map((match) => Number(match?.[1]))
}

/** An engine must not outlive its studio, however that ended: it would hold the accelerator for nobody. */
async function allGone(pids: number[]): Promise<void> {
  const deadline = Date.now() + 10_000
  for (const pid of pids) {
    while (isRunning(pid)) {
      if (Date.now() > deadline) throw new Error(`The engine process ${pid} has outlived its studio.`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A process that has ended but was not waited for yet still has its id.
  const state = existsSync('/proc') ? stateOf(pid) : ''
  return state !== 'Z'
}

function stateOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3)
  } catch {
    return 'Z'
  }
}
