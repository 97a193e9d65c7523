import type { Page } from '@playwright/test'

/** How long the main thread works in a frame: from its beginning to the first task after it, which is script, style and layout. */
const TIMED = `(act, goesOn) => new Promise((resolve) => {
  const times = []
  const frame = (at) => {
    const began = performance.now()
    act(at)
    const channel = new MessageChannel()
    channel.port1.onmessage = () => {
      times.push(performance.now() - began)
      if (goesOn(at + 1)) requestAnimationFrame(() => frame(at + 1))
      else resolve(times)
    }
    channel.port2.postMessage(null)
  }
  requestAnimationFrame(() => frame(0))
})`

/** Scrolls what `selector` finds by so many pixels at each of 60 frames. Times are printed, not judged: machines differ. */
export async function scrollTimes(page: Page, selector: string, pixels: number): Promise<number[]> {
  const act = `(at) => { document.querySelector(${JSON.stringify(selector)}).scrollTop = at * ${pixels} }`
  return (await page.evaluate(`(${TIMED})(${act}, (at) => at < 60)`)) as number[]
}

/** The frames for as long as `action` takes. */
export async function timesDuring(page: Page, action: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`(() => { window.framesGoOn = true; window.frames = (${TIMED})(() => {}, () => window.framesGoOn) })()`)
  await action()
  return (await page.evaluate('(() => { window.framesGoOn = false; return window.frames })()')) as number[]
}

export function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): string => `${(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1)} ms`
  return `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)}`
}
