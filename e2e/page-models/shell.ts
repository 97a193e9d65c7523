import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export const pageNames = ['data', 'models', 'train', 'samples', 'understand', 'checkpoints', 'compare', 'engine', 'log', 'settings'] as const
export type PageName = (typeof pageNames)[number]

/** What stands around every page: the way to the others, and the bottom bar. */
export class Shell {
  readonly bottomBar: Locator

  constructor(readonly page: Page) {
    this.bottomBar = page.getByTestId('bottom-bar')
  }

  async open(name: PageName): Promise<void> {
    await this.page.getByTestId(`nav-${name}`).click()
    await expect(this.page.getByTestId(`nav-${name}`)).toHaveAttribute('aria-current', 'page')
  }

  async chooseTheme(theme: 'Light' | 'Dark'): Promise<void> {
    await this.page.getByRole('button', { name: theme, exact: true }).click()
    await expect(this.page.locator('html')).toHaveClass(theme === 'Dark' ? /\bdark\b/ : /^(?!.*\bdark\b)/)
  }
}
