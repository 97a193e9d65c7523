import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { _electron } from '@playwright/test'
import type { Door } from './door'
import { enginesOf } from './runningStudio'

const packageFolder = resolve(import.meta.dirname, '..', '..')

/** The desktop shell itself, on a workspace of its own. */
export class ElectronStudio implements Door {
  readonly home = mkdtempSync(join(tmpdir(), 'chainrule-e2e-'))
  log = ''
  private application: ElectronApplication | null = null
  private window: Page | null = null

  constructor(private readonly binary: string) {}

  async start(): Promise<void> {
    const asRoot = process.getuid?.() === 0
    this.application = await _electron.launch({
      executablePath: this.binary,
      args: [packageFolder, '--home', this.home, ...(asRoot ? ['--no-sandbox'] : [])],
      env: { ...(process.env as Record<string, string>), TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    this.application.process().stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    this.window = await this.application.firstWindow()
    await this.window.setViewportSize({ width: 1440, height: 900 })
  }

  get page(): Page {
    if (!this.window) throw new Error('The window is not open.')
    return this.window
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { application } = this
    if (!application) return
    const child = application.process()
    const ended = new Promise<void>((done) => child.once('exit', () => done()))
    if (signal === 'SIGKILL') child.kill('SIGKILL')
    else await application.close()
    if (child.exitCode === null && child.signalCode === null) await ended
    this.application = null
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.stop(signal)
    await this.start()
  }

  enginePids(): number[] {
    const pid = this.application?.process().pid
    return pid ? enginesOf(pid) : []
  }

  /** The system's save dialog is answered for the test by naming the file beforehand. */
  async save(action: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }> {
    const saved = this.application?.evaluate(
      ({ session }, folder) =>
        new Promise<{ name: string; path: string }>((resolve) => {
          session.defaultSession.once('will-download', (_event, item) => {
            const path = `${folder}/${Date.now()}-${item.getFilename()}`
            item.setSavePath(path)
            item.once('done', () => resolve({ name: item.getFilename(), path }))
          })
        }),
      this.home,
    )
    await action()
    const file = await saved
    if (!file) throw new Error('The window is not open.')
    return { name: file.name, bytes: readFileSync(file.path) }
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.home, { recursive: true, force: true })
  }
}
