import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** Playing a sample back, editing and branching it; forcing an example; recipes. All on the Samples page. */
export class PlaybackPage {
  readonly plane: Locator
  readonly position: Locator
  /** Value, probability and bits of the step drawn last. */
  readonly reading: Locator
  /** The sample and its branches, side by side. */
  readonly played: Locator
  readonly branchButton: Locator
  readonly edits: Locator
  readonly forcedDraws: Locator

  constructor(readonly page: Page) {
    this.plane = page.getByTestId('playback-plane')
    this.position = page.getByTestId('playback-position')
    this.reading = page.getByTestId('playback-reading')
    this.played = page.getByTestId('played')
    this.branchButton = page.getByTestId('branch-here')
    this.edits = page.getByTestId('playback-edits')
    this.forcedDraws = page.getByTestId('forced-draw')
  }

  async open(tab: 'Draw' | 'Play back' | 'Forced or free'): Promise<void> {
    await this.page.getByRole('radio', { name: tab, exact: true }).click()
  }

  /** Opens a sample of the wall, by arrow keys from the first. */
  async playSample(number: number): Promise<void> {
    const wall = this.page.getByRole('listbox').first()
    await wall.focus()
    for (let step = 0; step < number; step++) await wall.press('ArrowRight')
    await this.page.getByTestId('play-back').click()
    await expect(this.plane).toBeVisible()
  }

  /** To so many steps, by the keys of the page. */
  async goTo(steps: number): Promise<void> {
    await this.page.getByTestId('playback-stage').focus()
    await this.page.keyboard.press('Home')
    for (let step = 0; step < steps; step++) await this.page.keyboard.press('ArrowRight')
  }

  async paint(row: number, column: number, level: 0 | 1): Promise<void> {
    await this.page.getByTestId('playback-paint').click()
    await this.page.getByTestId(`playback-level-${level}`).click()
    const zoom = Number(await this.plane.getAttribute('data-zoom'))
    await this.plane.click({ position: { x: (column + 0.5) * zoom, y: (row + 0.5) * zoom } })
  }

  /** Branches, and waits until the branches stand beside the others. */
  async branch({ draws, seed }: { draws: number; seed?: number }): Promise<void> {
    const before = await this.played.count()
    await this.page.getByTestId('branch-draws').fill(String(draws))
    if (seed !== undefined) await this.page.getByTestId('branch-seed').fill(String(seed))
    await this.branchButton.click()
    await expect(this.played).toHaveCount(before + draws, { timeout: 60_000 })
  }

  async drawRecipe(text: string): Promise<void> {
    await this.page.getByTestId('paste-recipe').click()
    await this.page.getByTestId('recipe-text').fill(text)
    await this.page.getByTestId('draw-recipe').click()
  }

  async keep(steps: 'End' | 'Home'): Promise<void> {
    await this.page.getByTestId('forced-kept').getByRole('slider').press(steps)
  }
}
