import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Budget } from './modelsPage'

export class TrainPage {
  readonly rows: Locator
  readonly valid: Locator
  readonly best: Locator
  /** Samples of fixed seeds at the chosen checkpoint. */
  readonly gallery: Locator
  readonly details: Locator
  /** The main chart, which takes keys. */
  readonly curves: Locator
  readonly smallCharts: Locator
  readonly histograms: Locator
  readonly waiting: Locator

  constructor(readonly page: Page) {
    this.rows = page.getByTestId('run-row')
    this.valid = page.getByTestId('nll-valid')
    this.best = page.getByTestId('nll-best')
    this.gallery = page.getByTestId('gallery').locator('canvas').first()
    this.details = page.getByTestId('run-details')
    this.curves = page.getByTestId('curve-frame')
    this.smallCharts = page.getByTestId('small-charts').locator('section')
    this.histograms = page.getByTestId('histograms')
    this.waiting = page.getByTestId('queue-row')
  }

  async select(index = 0): Promise<void> {
    await this.rows.nth(index).getByRole('button').click()
  }

  /** Lays a run over the one that is looked at. */
  async overlay(runId: string): Promise<void> {
    await this.page.locator(`[data-testid="run-row"][data-run="${runId}"]`).getByTestId('overlay').check({ force: true })
  }

  async export(what: 'PNG' | 'SVG' | 'CSV'): Promise<void> {
    await this.page.getByTestId('export-chart').click()
    const names = { PNG: 'Chart as PNG', SVG: 'Chart as SVG', CSV: 'Numbers shown as CSV' }
    await this.page.getByRole('menuitem', { name: names[what] }).click()
  }

  /** Ids of the waiting runs, the next one first. */
  async queue(): Promise<string[]> {
    return this.waiting.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-run') ?? ''))
  }

  async expectQueue(runIds: readonly string[]): Promise<void> {
    await expect.poll(() => this.queue()).toEqual([...runIds])
  }

  handle(runId: string): Locator {
    return this.page.locator(`[data-handle="${runId}"]`)
  }

  /** 'Training', 'Completed', 'Interrupted', … */
  async expectStatus(status: string, timeout = 60_000): Promise<void> {
    await expect(this.rows.first()).toContainText(status, { timeout })
  }

  async expectValid(timeout = 60_000): Promise<number> {
    await expect(this.valid).toHaveText(/\d/, { timeout })
    return figure(this.valid)
  }

  async openInBuilder(): Promise<void> {
    await this.page.getByTestId('run-menu').click()
    await this.page.getByRole('menuitem', { name: 'Open in the builder' }).click()
  }

  async pause(): Promise<void> {
    await this.page.getByTestId('pause-run').click()
    await this.expectStatus('Paused')
  }

  async resume(): Promise<void> {
    await this.page.getByTestId('resume-run').click()
  }

  /** A finished run goes on with a larger budget. */
  async trainFurther(budget: Budget): Promise<void> {
    await this.page.getByTestId('resume-run').click()
    for (const name of ['steps', 'epochs', 'minutes'] as const) {
      await this.page.getByTestId(`further-${name}`).fill(budget[name] === undefined ? '' : String(budget[name]))
    }
    await this.page.getByTestId('further-confirm').click()
  }
}

/** The number that a tile shows, without its unit. */
export async function figure(tile: Locator): Promise<number> {
  const text = (await tile.innerText()).replace(/[\s\u202f,]/g, '').replace('−', '-')
  const number = Number.parseFloat(text)
  if (Number.isNaN(number)) throw new Error(`'${text}' is not a number`)
  return number
}
