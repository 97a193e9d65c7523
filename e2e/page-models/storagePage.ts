import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Budget } from './modelsPage'

/** What of a run is kept: the storage tab of the Checkpoints page, branches, archives, and the way back from a deletion. */
export class StoragePage {
  readonly trash: Locator
  readonly preview: Locator
  readonly lineage: Locator

  constructor(readonly page: Page) {
    this.trash = page.getByTestId('trash-entry')
    this.preview = page.getByTestId('retention-preview')
    this.lineage = page.getByTestId('run-lineage')
  }

  async open(): Promise<void> {
    await this.page.getByTestId('tab-storage').click()
    await expect(this.page.getByTestId('disk-use')).toContainText(/\d/)
  }

  /** The Undo of the message that is shown last. */
  async undo(): Promise<void> {
    await this.page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  }

  async keep(newest: number): Promise<void> {
    await this.page.getByTestId('keep-newest').fill(String(newest))
    await this.page.getByTestId('retention-save').click()
    await this.page.getByTestId('retention-apply').click()
  }

  /** In the dialog that asks how to branch. */
  async branch({ name, state, budget, learningRate }: { name: string; state: 'keep' | 'fresh'; budget: Budget; learningRate: number }): Promise<void> {
    await this.page.getByTestId('branch-name').fill(name)
    await this.page.getByTestId(`branch-${state}`).click()
    for (const limit of ['steps', 'epochs', 'minutes'] as const) await this.page.getByTestId(`budget-${limit}`).fill(budget[limit] === undefined ? '' : String(budget[limit]))
    await this.page.getByTestId('training-learningRate').fill(String(learningRate))
    await this.page.getByTestId('branch-confirm').click()
    await expect(this.page.getByTestId('branch-dialog')).toBeHidden()
  }

  /** 'Export run as an archive', 'Export metrics for TensorBoard', 'Delete', … */
  async chooseForRun(entry: string): Promise<void> {
    await this.page.getByTestId('run-menu').click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  async importRun(file: { name: string; bytes: Buffer }): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser')
    await this.page.getByTestId('import-run').first().click()
    await (await chooser).setFiles({ name: file.name, mimeType: 'application/zip', buffer: file.bytes })
  }
}
