import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class SamplesPage {
  readonly grid: Locator
  readonly wave: Locator

  constructor(readonly page: Page) {
    this.grid = page.getByTestId('sample-grid')
    this.wave = page.getByTestId('sample-grid')
  }

  async setSeconds(seconds: number): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Length' }).fill(String(seconds))
  }

  async setCount(count: number): Promise<void> {
    await this.page.getByTestId('sample-count').fill(String(count))
  }

  async draw(timeout = 60_000): Promise<void> {
    await this.page.getByTestId('draw-samples').click()
    await expect(this.grid).toBeVisible({ timeout })
  }

  async exportPng(): Promise<void> {
    await this.page.getByTestId('export-png').click()
  }

  async exportWav(): Promise<void> {
    await this.page.getByTestId('export-wav').first().click()
  }
}
