import type { Locator, Page } from '@playwright/test'

/** What the Samples page has for models of text. */
export class TextPage {
  /** One for each sample. */
  readonly tiles: Locator
  /** An example, shaded by what each character costs, and what it says of the one chosen. */
  readonly surprise: Locator
  readonly reading: Locator

  constructor(readonly page: Page) {
    this.tiles = page.getByTestId('sample-grid').getByTestId('text-tiles').getByRole('button')
    this.surprise = page.getByTestId('text-surprise')
    this.reading = page.getByTestId('text-reading')
  }

  async begin(prompt: string, length: number): Promise<void> {
    await this.page.getByTestId('sample-prompt').fill(prompt)
    await this.page.getByTestId('sample-length').fill(String(length))
  }

  async export(): Promise<void> {
    await this.page.getByTestId('export-txt').click()
  }
}
