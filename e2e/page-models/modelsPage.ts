import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'

export interface Budget {
  steps?: number
  epochs?: number
  minutes?: number
}

export class ModelsPage {
  constructor(readonly page: Page) {}

  async choose(family: string, preset: 'small' | 'standard' | 'paper'): Promise<void> {
    await this.page.getByTestId(`family-${family}`).click()
    await expect(this.page.getByTestId(`family-${family}`)).toHaveAttribute('aria-pressed', 'true')
    await this.page.getByTestId(`preset-${preset}`).click()
    await expect(this.page.getByTestId(`preset-${preset}`)).toHaveAttribute('aria-pressed', 'true')
    await expect(this.page.getByTestId('inspect-parameters')).toBeVisible()
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

  async start(): Promise<void> {
    await expect(this.page.getByTestId('start-training')).toBeEnabled()
    await this.page.getByTestId('start-training').click()
  }
}
