import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { dropFiles } from '../support/dropFiles'

/** The page on which a model is put together from blocks. */
export class BuilderPage {
  readonly blocks: Locator
  readonly state: Locator
  readonly parameters: Locator
  /** What is wrong with a block, at the block. */
  readonly problems: Locator
  readonly train: Locator
  readonly undo: Locator
  readonly redo: Locator
  readonly json: Locator
  readonly jsonState: Locator

  constructor(readonly page: Page) {
    this.blocks = page.locator('[data-block]')
    this.state = page.getByTestId('builder-state')
    this.parameters = page.getByTestId('builder-parameters')
    this.problems = page.getByTestId('block-problem')
    this.train = page.getByTestId('builder-train')
    this.undo = page.getByTestId('builder-undo')
    this.redo = page.getByTestId('builder-redo')
    this.json = page.getByTestId('builder-json')
    this.jsonState = page.getByTestId('builder-json-state')
  }

  /** 'good' once the studio has found the model causal, 'error' when it leaks or cannot be built. */
  async expectState(state: 'good' | 'error' | 'none'): Promise<void> {
    await expect(this.state).toHaveAttribute('data-state', state)
  }

  async kinds(): Promise<string[]> {
    return this.blocks.evaluateAll((blocks: { getAttribute(name: string): string | null }[]) =>
      blocks.map((block) => block.getAttribute('data-kind') ?? ''),
    )
  }

  /** By its place, from 0. */
  async select(index: number): Promise<void> {
    await this.blocks.nth(index).getByTestId('block-select').click()
    await expect(this.blocks.nth(index).getByTestId('block-select')).toHaveAttribute('aria-current', 'true')
  }

  /** Behind the chosen block. */
  async add(search: string, kind: string): Promise<void> {
    await this.page.getByTestId('palette-search').fill(search)
    await this.page.getByTestId(`palette-${kind}`).click()
    await this.page.getByTestId('palette-search').fill('')
  }

  /** A setting of the chosen block that is one of several choices. */
  async choose(field: string, choice: string): Promise<void> {
    await this.page.getByTestId(`field-${field}`).click()
    await this.page.getByRole('option', { name: choice, exact: true }).click()
  }

  async set(field: string, value: number): Promise<void> {
    await this.page.getByTestId(`field-${field}`).fill(String(value))
  }

  /** Takes a block by its handle and lets go of it above (below) another. */
  async drag(from: number, to: number, side: 'above' | 'below'): Promise<void> {
    const handle = await this.boxOf(this.blocks.nth(from).getByTestId('block-handle'))
    const target = await this.boxOf(this.blocks.nth(to))
    const { mouse } = this.page
    await mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2)
    await mouse.down()
    await mouse.move(handle.x + 20, handle.y + 20, { steps: 3 })
    await mouse.move(target.x + target.width / 2, side === 'above' ? target.y + 3 : target.y + target.height - 3, { steps: 4 })
    await mouse.up()
  }

  private async boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await locator.boundingBox()
    if (!box) throw new Error('It is not on the screen.')
    return box
  }

  async view(which: 'blocks' | 'json'): Promise<void> {
    await this.page.getByTestId(`builder-view-${which}`).click()
  }

  async tab(which: 'block' | 'model' | 'training'): Promise<void> {
    await this.page.getByTestId(`inspector-${which}`).click()
  }

  async save(name: string): Promise<void> {
    await this.page.getByTestId('builder-save').click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('textbox').fill(name)
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(dialog).toBeHidden()
  }

  /** A model that was saved under a name, from the page on which a model is begun. */
  async openSaved(name: string): Promise<void> {
    await this.page.getByTestId('saved-model').filter({ hasText: name }).getByTestId('open-saved').click()
  }

  /** Makes the window hand out the model as a file. */
  async share(): Promise<void> {
    await this.page.getByTestId('builder-menu').click()
    await this.page.getByRole('menuitem', { name: 'Save to a file' }).click()
  }

  async drop(name: string, content: string | Buffer): Promise<void> {
    await dropFiles(this.page, this.page.getByTestId('drop-target'), [{ name, bytes: Buffer.from(content) }])
  }

  /** Milliseconds from an edit to what it shows, by name; of all edits so far. */
  async latencies(): Promise<Record<string, number[]>> {
    return this.page.evaluate(() => {
      const found: Record<string, number[]> = {}
      for (const { name, duration } of performance.getEntriesByType('measure')) {
        if (name.startsWith('builder:')) (found[name] ??= []).push(duration)
      }
      return found
    })
  }
}
