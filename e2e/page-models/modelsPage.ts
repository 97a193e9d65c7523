import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export interface Budget {
  steps?: number
  epochs?: number
  minutes?: number
}

export class ModelsPage {
  /** Why the family that is looked at cannot model the data. */
  readonly refusal: Locator
  readonly schedulePreview: Locator

  constructor(readonly page: Page) {
    this.refusal = page.getByTestId('family-refusal')
    this.schedulePreview = page.getByTestId('schedule-preview')
  }

  /** Families in the order in which they are listed. */
  async listed(): Promise<string[]> {
    const rows = await this.page.locator('[data-testid^="family-"][aria-pressed]:visible').all()
    return Promise.all(rows.map(async (row) => ((await row.getAttribute('data-testid')) ?? '').replace('family-', '')))
  }

  async search(query: string): Promise<void> {
    await this.page.getByTestId('family-search').fill(query)
  }

  async look(family: string): Promise<void> {
    await this.page.getByTestId(`family-${family}`).click()
    await expect(this.page.getByTestId(`family-${family}`)).toHaveAttribute('aria-pressed', 'true')
  }

  async choose(family: string, preset: 'small' | 'standard' | 'paper'): Promise<void> {
    await this.look(family)
    await this.page.getByTestId(`preset-${preset}`).click()
    await expect(this.page.getByTestId(`preset-${preset}`)).toHaveAttribute('aria-pressed', 'true')
    await expect(this.page.getByTestId('inspect-parameters')).toBeVisible()
  }

  /** The configuration that is looked at, block by block in the builder. */
  async openAsBlocks(): Promise<void> {
    await this.page.getByTestId('open-as-blocks').click()
    await expect(this.page.getByTestId('block-chain')).toBeVisible()
  }

  async openBuilder(): Promise<void> {
    await this.page.getByTestId('open-builder').click()
  }

  /** Limits that are not named are cleared, so that exactly this budget holds. */
  async budget(budget: Budget): Promise<void> {
    for (const name of ['steps', 'epochs', 'minutes'] as const) {
      await this.page.getByTestId(`budget-${name}`).fill(budget[name] === undefined ? '' : String(budget[name]))
    }
  }

  async set(field: string, value: number): Promise<void> {
    await this.page.getByTestId(`training-${field}`).fill(String(value))
  }

  /** One of several choices of the family's own configuration. */
  async setChoice(field: string, choice: string): Promise<void> {
    await this.pick(`field-${field}`, choice)
  }

  async openAdvanced(): Promise<void> {
    await this.page.getByTestId('advanced-settings').click()
    await expect(this.page.getByTestId('training-checkpointEvery')).toBeVisible()
  }

  /** Validates and keeps a checkpoint every few steps, so that there is soon something to see and to go on from. */
  async judgeOften(steps = 250): Promise<void> {
    await this.openAdvanced()
    for (const field of ['validateEvery', 'checkpointEvery']) await this.set(field, steps)
  }

  async openOptimizer(): Promise<void> {
    await this.page.getByTestId('optimizer-settings').click()
    await expect(this.page.getByTestId('training-optimizer')).toBeVisible()
  }

  async setOptimizer(name: string, settings: Record<string, number> = {}): Promise<void> {
    await this.pick('training-optimizer', name)
    for (const [setting, value] of Object.entries(settings)) await this.page.getByTestId(`optimizer-${setting}`).fill(String(value))
  }

  private async pick(testid: string, choice: string): Promise<void> {
    await this.page.getByTestId(testid).click()
    await this.page.getByRole('option', { name: choice, exact: true }).click()
  }

  async start(): Promise<void> {
    await expect(this.page.getByTestId('start-training')).toBeEnabled()
    await this.page.getByTestId('start-training').click()
  }
}
