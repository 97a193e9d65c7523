import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class CheckpointsPage {
  readonly rows: Locator

  constructor(readonly page: Page) {
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
}
