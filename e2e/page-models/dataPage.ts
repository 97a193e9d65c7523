import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { dropFiles } from '../support/dropFiles'
import type { MadeFile } from '../support/sampleFiles'

export class DataPage {
  readonly sheet: Locator
  readonly recognised: Locator
  readonly rejected: Locator
  readonly confirm: Locator
  readonly cards: Locator

  constructor(readonly page: Page) {
    this.sheet = page.getByRole('dialog', { name: /Import/ })
    this.recognised = page.getByTestId('import-recognised')
    this.rejected = page.getByTestId('import-rejected')
    this.confirm = page.getByTestId('import-confirm')
    this.cards = page.getByTestId('dataset-card')
  }

  async drop(files: MadeFile[]): Promise<void> {
    await dropFiles(this.page, this.page.getByTestId('drop-target'), files)
    await expect(this.sheet).toBeVisible()
  }

  /** 'None', 'Log-mel energies', '.npy files beside them' */
  async besideRecordings(choice: string): Promise<void> {
    await this.sheet.getByTestId('features-kind').click()
    await this.page.getByRole('option', { name: choice, exact: true }).click()
  }

  /** 'No', 'Threshold', 'Stochastic, once', … */
  async binarise(choice: string): Promise<void> {
    await this.sheet.getByRole('radiogroup', { name: 'Binarise' }).getByRole('radio', { name: choice, exact: true }).click()
    await expect(this.sheet.getByRole('radio', { name: choice, exact: true })).toHaveAttribute('aria-checked', 'true')
  }

  async name(name: string): Promise<void> {
    await this.page.getByTestId('import-name').fill(name)
  }

  async import(name: string): Promise<void> {
    await this.name(name)
    await expect(this.confirm).toBeEnabled()
    await this.confirm.click()
    await expect(this.sheet).toBeHidden({ timeout: 30_000 })
    await expect(this.page.getByRole('main').getByRole('heading', { name, exact: true }).first()).toBeVisible()
  }

  card(name: string): Locator {
    return this.cards.filter({ has: this.page.getByRole('heading', { name, exact: true }) })
  }

  async cancel(): Promise<void> {
    await this.sheet.getByRole('button', { name: 'Cancel' }).click()
    await expect(this.sheet).toBeHidden()
  }
}
