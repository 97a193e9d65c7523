import type { Locator, Page } from '@playwright/test'
import type { MadeFile } from './sampleFiles'

/** Exists in the page, where the function below runs; the tests themselves run in Node. */
declare const DataTransfer: new () => { items: { add(file: File): void } }

/** Drops files on an element as a person would: enter, over, drop, with one DataTransfer that holds them all. */
export async function dropFiles(page: Page, target: Locator, files: MadeFile[]): Promise<void> {
  const carried = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }))
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer()
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      transfer.items.add(new File([bytes], name))
    }
    return transfer
  }, carried)
  for (const type of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(type, { dataTransfer })
  await dataTransfer.dispose()
}
