import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** The galleries of runs through training, on the Samples page. */
export class EvolutionPage {
  readonly cells: Locator
  readonly moment: Locator
  readonly notices: Locator
  readonly scrubber: Locator
  readonly panel: Locator
  readonly play: Locator

  constructor(readonly page: Page) {
    this.panel = page.getByTestId('evolution')
    this.cells = page.getByTestId('gallery-cell')
    this.moment = page.getByTestId('evolution-moment')
    this.notices = page.getByTestId('evolution-notices')
    this.scrubber = page.getByTestId('gallery-scrubber').getByRole('slider')
    this.play = page.getByTestId('evolution-play')
  }

  async open(): Promise<void> {
    await this.page.getByRole('radio', { name: 'Evolution', exact: true }).click()
    await expect(this.cells.first().locator('canvas').first()).toBeVisible()
  }

  async layBeside(run: string | RegExp): Promise<void> {
    await this.page.getByTestId('beside-select').click()
    await this.page.getByRole('option', { name: run }).first().click()
    await this.page.keyboard.press('Escape')
  }

  async by(axis: 'step' | 'seconds' | 'nll'): Promise<void> {
    await this.page.getByTestId(`axis-${axis}`).click()
    await expect(this.page.getByTestId(`axis-${axis}`)).toHaveAttribute('aria-checked', 'true')
  }

  async show(view: 'samples' | 'both' | 'means'): Promise<void> {
    await this.page.getByTestId(`evolution-${view}`).click()
  }

  async scrub(key: 'Home' | 'End' | 'ArrowLeft' | 'ArrowRight'): Promise<void> {
    await this.scrubber.focus()
    await this.page.keyboard.press(key)
  }

  /** The pixels of a cell's pictures, as one number that differs when they do. */
  async pixels(cell: number): Promise<number> {
    return this.cells.nth(cell).locator('canvas').first().evaluate((element) => {
      const canvas = element as unknown as { width: number; height: number; getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: ArrayLike<number> } } }
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let hash = 0
      for (let offset = 0; offset < data.length; offset += 4) hash = (hash * 31 + (data[offset] ?? 0)) | 0
      return hash
    })
  }

  async saveGif(): Promise<void> {
    await this.page.getByTestId('evolution-save').click()
    await this.page.getByRole('menuitem', { name: /GIF/ }).click()
    await expect(this.page.getByTestId('gif-form')).toBeVisible()
    await this.page.getByTestId('gif-save').click()
  }

  async savePng(): Promise<void> {
    await this.page.getByTestId('evolution-save').click()
    await this.page.getByRole('menuitem', { name: /PNG/ }).click()
  }
}
