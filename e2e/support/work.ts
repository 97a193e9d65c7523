import type { Page } from '@playwright/test'

/** Processor time of the page's main thread, milliseconds: what else the machine does meanwhile does not count. */
export interface Work {
  all: number
  script: number
  style: number
  layout: number
}

export async function workDuring<T>(page: Page, action: () => Promise<T>): Promise<{ work: Work; result: T }> {
  const session = await page.context().newCDPSession(page)
  try {
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async (): Promise<Map<string, number>> => {
      const { metrics } = await session.send('Performance.getMetrics')
      return new Map(metrics.map(({ name, value }) => [name, value]))
    }
    const before = await read()
    const result = await action()
    const after = await read()
    // A page that was opened anew in a process of its own counts from nothing.
    const anew = (after.get('TaskDuration') ?? 0) < (before.get('TaskDuration') ?? 0)
    const spent = (name: string): number => 1000 * ((after.get(name) ?? 0) - (anew ? 0 : (before.get(name) ?? 0)))
    return { work: { all: spent('TaskDuration'), script: spent('ScriptDuration'), style: spent('RecalcStyleDuration'), layout: spent('LayoutDuration') }, result }
  } finally {
    await session.detach()
  }
}

/** `each` says what `count` counts. */
export function workWords({ all, script, style, layout }: Work, count = 1, each = 'a frame'): string {
  const [whole, ...parts] = [all, script, style, layout].map((time) => (time / count).toFixed(1))
  return `${whole} ms of processor time${count === 1 ? '' : ` ${each}`} (script ${parts[0]}, style ${parts[1]}, layout ${parts[2]})`
}
