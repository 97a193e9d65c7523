import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export class SamplesPage {
  readonly grid: Locator
  /** The pixels of the grid; audio has one canvas for each sample. */
  readonly canvas: Locator

  /** The names beside the rows, where each row is a class. */
  readonly classRows: Locator

  /** 'Exact: …' or 'Approximate: …', before anything is completed and beside what was. */
  readonly exactness: Locator
  readonly completionLabel: Locator
  readonly completions: Locator
  /** A clip with the NLL of its samples, and what it says of the one pointed at. */
  readonly trace: Locator
  readonly traceReading: Locator
  /** The recording whose features the samples were drawn for. */
  readonly recording: Locator

  constructor(readonly page: Page) {
    this.exactness = page.getByTestId('completion-exactness')
    this.completionLabel = page.getByTestId('completion-label')
    this.completions = page.getByTestId('completion')
    this.trace = page.getByTestId('sound-trace').getByRole('slider')
    this.recording = page.getByTestId('recording-beside')
    this.traceReading = page.getByTestId('trace-reading')
    this.grid = page.getByTestId('sample-grid')
    this.classRows = page.getByTestId('class-rows').getByRole('listitem')
    this.canvas = this.grid.locator('canvas').first()
  }

  async setSeconds(seconds: number): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Length' }).fill(String(seconds))
  }

  /** 'All, one row each', 'class 3', … */
  async chooseClass(name: string): Promise<void> {
    await this.page.getByTestId('sample-class').click()
    await this.page.getByRole('option', { name, exact: true }).click()
  }

  /** Whose features are told; counted from 0. */
  async chooseRecording(index: number): Promise<void> {
    await this.page.getByTestId('recording-index').fill(String(index))
  }

  async setCount(count: number): Promise<void> {
    await this.page.getByTestId('sample-count').fill(String(count))
  }

  async setSeed(seed: number): Promise<void> {
    await this.page.getByTestId('sample-seed').fill(String(seed))
  }

  /** Draws, and waits until what is shown was drawn now. */
  async draw(timeout = 60_000): Promise<void> {
    const button = this.page.getByTestId('draw-samples')
    await button.click()
    // The button gives way to the progress bar at once, and comes back when the samples are there.
    await expect(button).toBeVisible({ timeout })
    await expect(this.grid).toBeVisible()
  }

  async exportPng(): Promise<void> {
    await this.page.getByTestId('export-png').click()
  }

  async exportWav(): Promise<void> {
    await this.page.getByTestId('export-wav').first().click()
  }

  /** Audio: the first sample is to be heard while it is drawn. */
  async listen(): Promise<void> {
    await this.page.getByRole('switch', { name: 'Listen while drawing' }).click()
  }

  /** '16-bit WAV', '24-bit WAV' or 'Float WAV' */
  async chooseWav(format: string): Promise<void> {
    await this.page.getByTestId('wav-format').click()
    await this.page.getByRole('option', { name: format, exact: true }).click()
  }

  async openForced(): Promise<void> {
    await this.page.getByRole('radio', { name: 'Forced or free', exact: true }).click()
  }

  async openCompletion(): Promise<void> {
    await this.page.getByRole('radio', { name: 'Complete', exact: true }).click()
    await expect(this.page.getByTestId('mask-editor')).toBeVisible()
  }

  async chooseMask(tool: 'top' | 'left' | 'bottom' | 'right' | 'rectangle' | 'brush'): Promise<void> {
    await this.page.getByTestId(`mask-${tool}`).click()
    await expect(this.page.getByTestId(`mask-${tool}`)).toHaveAttribute('aria-checked', 'true')
  }

  /** From one corner to the other, in shares of the picture. */
  async drawRectangle(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const box = await this.page.getByTestId('mask-editor').boundingBox()
    if (!box) throw new Error('the mask has no place on the page')
    await this.page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height)
    await this.page.mouse.down()
    await this.page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 4 })
    await this.page.mouse.up()
  }

  async setCompletion(field: 'examples' | 'draws' | 'seed', value: number): Promise<void> {
    await this.page.getByTestId(`complete-${field}`).fill(String(value))
  }

  async complete(): Promise<void> {
    const button = this.page.getByTestId('complete-draw')
    await button.click()
    await expect(button).toBeVisible({ timeout: 60_000 })
    await expect(this.page.getByTestId('completion-grid')).toBeVisible()
  }

  /** Clips of video: the button that plays and stops all that are in view, the slider that stops them at a frame, and what it says. */
  get clips(): { play: Locator; slider: Locator; frame: Locator } {
    const controls = this.page.getByTestId('clip-controls').first()
    return { play: controls.getByTestId('clip-play'), slider: controls.getByRole('slider'), frame: controls.getByTestId('clip-frame') }
  }

  /** Video: the first frames stay, and the others are drawn. */
  async openContinuation(): Promise<void> {
    await this.page.getByRole('radio', { name: 'Complete', exact: true }).click()
    await expect(this.framesKept).toBeVisible()
  }

  get framesKept(): Locator {
    return this.page.getByTestId('frames-kept').getByRole('slider')
  }

  async exportClips(format: 'GIF' | 'WebP' | 'PNG'): Promise<void> {
    await this.page.getByTestId('export-clips').click()
    await this.page.getByRole('menuitem', { name: format }).click()
  }

  async exportCompletions(): Promise<void> {
    await this.page.getByTestId('export-completions').click()
  }
}
