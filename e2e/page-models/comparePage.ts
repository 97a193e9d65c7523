import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class ComparePage {
  readonly rows: Locator
  readonly comparable: Locator
  readonly pair: Locator
  readonly difference: Locator
  readonly notes: Locator
  readonly groups: Locator
  /** 'Saved', or why not yet. */
  readonly notesState: Locator
  /** What another window has written over the notes that are typed here. */
  readonly notesConflict: Locator

  constructor(readonly page: Page) {
    this.rows = page.getByTestId('leaderboard-row')
    this.comparable = page.locator('[data-testid="leaderboard-row"][data-comparable="true"]')
    this.pair = page.getByTestId('pair')
    this.difference = page.getByTestId('pair-nats')
    this.notes = page.getByTestId('notes')
    this.groups = page.getByTestId('leaderboard-group')
    this.notesState = page.getByTestId('notes-state')
    this.notesConflict = page.getByTestId('notes-conflict')
  }

  row(title: string): Locator {
    return this.rows.filter({ hasText: title })
  }

  async choose(title: string): Promise<void> {
    await this.row(title).getByTestId('choose-run').check()
  }

  async chooseNotes(which: 'mine' | 'theirs' | 'both'): Promise<void> {
    await this.page.getByTestId(`notes-${which}`).click()
    await expect(this.notesConflict).toBeHidden()
  }

  async chooseRun(runId: string): Promise<void> {
    await this.page.locator(`[data-testid="leaderboard-row"][data-run="${runId}"]`).getByTestId('choose-run').check()
  }

  async search(words: string): Promise<void> {
    await this.page.getByTestId('compare-search').fill(words)
  }

  async group(by: string): Promise<void> {
    await this.page.getByTestId('compare-group').click()
    await this.page.getByRole('option', { name: by, exact: true }).click()
  }

  async addPublished(result: { title: string; value: number; reference: string }): Promise<void> {
    await this.page.getByTestId('add-published').click()
    for (const [field, value] of Object.entries(result)) await this.page.getByTestId(`published-${field}`).fill(String(value))
    await this.page.getByTestId('published-save').click()
    await expect(this.page.getByTestId('published-form')).toBeHidden()
  }

  async tag(word: string): Promise<void> {
    await this.page.getByTestId('add-tag').fill(word)
    await this.page.getByTestId('add-tag').press('Enter')
    await expect(this.page.getByTestId('run-notes')).toContainText(word)
  }
}
