import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class SamplesPage {
  readonly grid: Locator
  /** The pixels of the grid; audio has one canvas for each sample. */
  readonly canvas: Locator

  /** The names beside the rows, where each row is a class. */
  readonly classRows: Locator

  constructor(readonly page: Page) {
    this.grid = page.getByTestId('sample-grid')
    this.classRows = page.getByTestId('class-rows').getByRole('listitem')
    this.canvas = this.grid.locator('canvas').first()
  }

  async setSeconds(seconds: number): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Length' }).fill(String(seconds))
  }

  /** 'All, one row each', 'class 3', … */
  async chooseClass(name: string): Promise<void> {
    await this.page.getByTestId('sample-class').click()
    await this.page.getByRole('option', { name, exact: true }).click()
  }

  async setCount(count: number): Promise<void> {
    await this.page.getByTestId('sample-count').fill(String(count))
  }

  async setSeed(seed: number): Promise<void> {
    await this.page.getByTestId('sample-seed').fill(String(seed))
  }

  /** Draws, and waits until what is shown was drawn now. */
  async draw(timeout = 60_000): Promise<void> {
    const button = this.page.getByTestId('draw-samples')
    await button.click()
    // The button gives way to the progress bar at once, and comes back when the samples are there.
    await expect(button).toBeVisible({ timeout })
    await expect(this.grid).toBeVisible()
  }

  async exportPng(): Promise<void> {
    await this.page.getByTestId('export-png').click()
  }

  async exportWav(): Promise<void> {
    await this.page.getByTestId('export-wav').first().click()
  }
}
