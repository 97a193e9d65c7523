import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** Milliseconds since the address was opened. */
export interface Start {
  firstPaint: number
  /** The page's heading stands, and the main thread is free for the first time after that. */
  interactive: number
  /** Bytes of the scripts that were asked for until then. */
  scriptBytes: number
}

/** Resolves when what has changed by now is on the screen, as far as the main thread has a part in it. */
const PAINTED = `() => new Promise((resolve) => requestAnimationFrame(() => {
  const channel = new MessageChannel()
  channel.port1.onmessage = resolve
  channel.port2.postMessage(null)
}))`

/** Opens the window again with everything cached, as a second visit does. */
export async function warmStart(page: Page): Promise<Start> {
  await page.addInitScript(`(() => {
    const look = async () => {
      if (!document.querySelector('main h1, main h2')) return requestAnimationFrame(look)
      await (${PAINTED})()
      window.interactiveAt = performance.now()
    }
    requestAnimationFrame(look)
  })()`)
  await page.reload()
  await expect.poll(() => page.evaluate('window.interactiveAt ?? 0')).toBeGreaterThan(0)
  return (await page.evaluate(
    `({
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      interactive: window.interactiveAt,
      scriptBytes: performance.getEntriesByType('resource').filter(({ name, startTime }) => /\\.js$/.test(name) && startTime < window.interactiveAt).reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
    })`,
  )) as Start
}

/** From the click on a page's name to its first picture, for each visit in turn; one visit is one round through all of them. */
export async function pageChanges(page: Page, names: readonly string[], rounds: number): Promise<Record<string, number[]>> {
  return (await page.evaluate(`(async () => {
    const times = {}
    for (let round = 0; round < ${rounds}; round++) {
      for (const name of ${JSON.stringify(names)}) {
        const link = document.querySelector('[data-testid="nav-' + name + '"]')
        const began = performance.now()
        link.click()
        while (link.getAttribute('aria-current') !== 'page') await new Promise((resolve) => setTimeout(resolve, 0))
        await (${PAINTED})()
        ;(times[name] ??= []).push(performance.now() - began)
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
    }
    return times
  })()`)) as Record<string, number[]>
}
