import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** Settings, Engine and Log, and what is common to all pages: keys, palette, cheat-sheet, tour. */
export class ApplicationPages {
  readonly palette: Locator
  readonly sheet: Locator
  readonly tour: Locator
  readonly checks: Locator
  readonly entries: Locator

  constructor(readonly page: Page) {
    this.palette = page.getByRole('dialog', { name: 'Search and commands' })
    this.sheet = page.getByTestId('shortcut-sheet')
    this.tour = page.getByTestId('tour')
    this.checks = page.getByTestId('doctor-checks').locator('li')
    this.entries = page.getByTestId('log-entries').getByRole('listitem')
  }

  /** Presses of a sequence, one after the other, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  async expectPage(name: string): Promise<void> {
    await expect(this.page.getByTestId(`nav-${name}`)).toHaveAttribute('aria-current', 'page')
  }

  /** Carries out what the palette finds first. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await expect(this.palette).toBeVisible()
    await this.palette.getByRole('combobox').or(this.palette.locator('input')).first().fill(words)
    await this.palette.getByRole('option', { name: words }).first().click()
    await expect(this.palette).toBeHidden()
  }

  async choose(testid: string): Promise<void> {
    await this.page.getByTestId(testid).click()
    await expect(this.page.getByTestId(testid)).toHaveAttribute('aria-checked', 'true')
  }

  /** In root ems, as the separator says it. */
  async panelWidth(name: string): Promise<number> {
    return Number(await this.page.getByTestId(`panel-${name}`).getAttribute('aria-valuenow'))
  }
}
