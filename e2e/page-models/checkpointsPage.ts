import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class CheckpointsPage {
  readonly rows: Locator
  /** What the last score says: subject, NLL, bits/dim, examples, exact or bound. */
  readonly score: Locator
  readonly nats: Locator
  readonly map: Locator
  readonly scores: Locator
  readonly compared: Locator
  readonly confusion: Locator
  readonly accuracy: Locator

  constructor(readonly page: Page) {
    this.score = page.getByTestId('score-result')
    this.nats = page.getByTestId('score-nats')
    this.map = page.getByTestId('nll-map')
    this.scores = page.getByTestId('score-row')
    this.compared = page.getByTestId('comparison-row')
    this.confusion = page.getByTestId('confusion')
    this.accuracy = page.getByTestId('accuracy')
    this.rows = page.getByTestId('checkpoint-row')
  }

  row(step: number): Locator {
    return this.page.locator(`[data-testid="checkpoint-row"][data-step="${step}"]`)
  }

  async note(step: number, text: string): Promise<void> {
    const field = this.row(step).getByRole('textbox')
    await field.fill(text)
    await field.press('Enter')
    await expect(field).toHaveValue(text)
  }

  /** 'Draw samples', 'Export model', 'Restore', 'Delete' */
  async choose(step: number, entry: string): Promise<void> {
    await this.row(step).getByTestId('checkpoint-menu').click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  async confirm(): Promise<void> {
    await this.page.getByTestId('confirm').click()
    await expect(this.page.getByTestId('confirm')).toBeHidden()
  }

  async openTab(tab: 'likelihood' | 'classes'): Promise<void> {
    await this.page.getByTestId(`tab-${tab}`).click()
  }

  async scoreOn(split: 'test' | 'valid' | 'train', weights?: 'Raw' | 'Averaged'): Promise<void> {
    if (weights) await this.page.getByRole('radio', { name: weights, exact: true }).click()
    await this.page.getByTestId(`score-split-${split}`).click()
    const before = await this.scores.count()
    await this.page.getByTestId('score').click()
    await expect(this.scores).toHaveCount(before + 1, { timeout: 60_000 })
  }

  async classify(): Promise<void> {
    await this.page.getByTestId('classify').click()
    await expect(this.confusion).toBeVisible({ timeout: 60_000 })
  }
}
