import type { Page } from '@playwright/test'

export interface Scene {
  /** Name of its pictures' files. */
  name: string
  title: string
  caption: string
  show(page: Page): Promise<void>
  /** Puts away what stands over the page. */
  leave?(page: Page): Promise<void>
}

export async function run(page: Page, title: string): Promise<void> {
  await page.getByTestId('run-select').click()
  await page.getByRole('option').filter({ hasText: title }).first().click()
}

/** The ring around what the keyboard is at is no part of a picture. */
export const leaveFocus = (page: Page): Promise<void> => page.evaluate('document.activeElement.blur()')
