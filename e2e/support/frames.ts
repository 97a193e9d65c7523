import type { Page } from '@playwright/test'

interface TraceEvent {
  name: string
  /** 'X': complete, with a duration; 'M': says what a thread is called. */
  ph: string
  pid: number
  tid: number
  /** Microseconds: beginning, length, and processor time of the thread meanwhile. */
  ts: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** Tasks of every thread, and what of them draws a frame. */
const CATEGORIES = ['disabled-by-default-devtools.timeline', 'cc']

/**
 * Milliseconds of processor time that the main thread spends on each frame while `action` goes on: every task since the frame before, and the
 * one that draws it. Read from the browser's own trace, so neither what other programs do meanwhile nor other threads (which paint) count. What
 * takes the canvas to them does. Times are printed, not judged: machines differ.
 */
export async function framesDuring(page: Page, action: () => Promise<unknown>): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  try {
    await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } })
    await action()
    await session.send('Tracing.end')
    await complete
  } finally {
    await session.detach()
  }
  return workOfFrames(mainThread(events))
}

/** Of all windows' main threads the one that worked most. */
function mainThread(events: readonly TraceEvent[]): TraceEvent[] {
  const threads = events
    .filter(({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ pid, tid }) => events.filter((event) => event.ph === 'X' && event.pid === pid && event.tid === tid))
  const work = (thread: readonly TraceEvent[]): number => thread.reduce((sum, { name, tdur = 0 }) => sum + (name === 'RunTask' ? tdur : 0), 0)
  return threads.sort((one, other) => work(other) - work(one))[0] ?? []
}

function workOfFrames(thread: readonly TraceEvent[]): number[] {
  const inOrder = [...thread].sort((one, other) => one.ts - other.ts)
  const drawn = inOrder.filter(({ name }) => name === 'ProxyMain::BeginMainFrame').map(({ ts }) => ts)
  const frames: number[] = []
  let next = 0
  let work = 0
  for (const { name, ts, dur = 0, tdur = 0 } of inOrder) {
    if (name !== 'RunTask') continue
    work += tdur / 1000
    const before = next
    while (next < drawn.length && drawn[next]! < ts + dur) next++
    if (next === before) continue
    frames.push(work)
    work = 0
  }
  return frames
}

/** Scrolls what `selector` finds by so many pixels in each of 90 frames. */
export async function scrollThrough(page: Page, selector: string, pixels: number): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const element = document.querySelector(${JSON.stringify(selector)})
    const frame = (at) => {
      element.scrollTop = at * ${pixels}
      requestAnimationFrame(() => (at < 90 ? frame(at + 1) : resolve()))
    }
    requestAnimationFrame(() => frame(1))
  })`)
}

export function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): string => `${(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1)} ms`
  return `median ${at(0.5)}, 95 % ${at(0.95)}, longest ${at(1)} (${times.length} frames)`
}
