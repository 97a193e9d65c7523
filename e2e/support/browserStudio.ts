import type { Page } from '@playwright/test'
import type { Door } from './door'
import { bytesOf } from './door'
import { RunningStudio } from './runningStudio'

/** A browser's tab on a served studio. */
export class BrowserStudio implements Door {
  private readonly server = new RunningStudio()

  constructor(readonly page: Page) {}

  get home(): string {
    return this.server.home
  }

  get log(): string {
    return this.server.log
  }

  async start(): Promise<void> {
    await this.server.start()
    await this.page.goto(this.server.url)
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.server.restart(signal)
    await this.page.goto(this.server.url)
  }

  enginePids(): number[] {
    return this.server.enginePids()
  }

  async save(action: () => Promise<unknown>): Promise<{ name: string; bytes: Buffer }> {
    const download = this.page.waitForEvent('download')
    await action()
    return bytesOf(await download)
  }

  async remove(): Promise<void> {
    await this.server.remove()
  }
}
