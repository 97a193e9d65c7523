import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export const pageNames = ['data', 'models', 'train', 'samples', 'understand', 'checkpoints', 'compare', 'engine', 'log', 'settings'] as const
export type PageName = (typeof pageNames)[number]

/** What stands around every page: the way to the others, and the bottom bar. */
export class Shell {
  readonly bottomBar: Locator
  readonly engine: Locator
  /** Says that the connection is lost, for as long as it is. */
  readonly banner: Locator
  readonly back: Locator
  /** That the data set of the run in view is gone. */
  readonly missingData: Locator
  /** Short messages at the corner of the window. */
  readonly notices: Locator

  constructor(readonly page: Page) {
    this.bottomBar = page.getByTestId('bottom-bar')
    this.engine = page.getByTestId('engine')
    this.banner = page.getByTestId('connection-banner')
    this.back = page.getByTestId('connection-back')
    this.missingData = page.getByTestId('missing-data')
    this.notices = page.locator('ol[data-slot="viewport"] li')
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
