import type { Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

export type UnderstandTab = 'ranking' | 'inspector' | 'maps' | 'calibration' | 'bits' | 'weights' | 'neighbours'

export class UnderstandPage {
  /** What was looked into: data, split, examples, exact or bound. */
  readonly examined: Locator
  readonly grid: Locator
  readonly warning: Locator
  readonly definition: Locator
  readonly plane: Locator
  readonly place: Locator
  readonly probability: Locator
  readonly bars: Locator
  readonly neighbours: Locator

  constructor(readonly page: Page) {
    this.examined = page.getByTestId('examined')
    this.grid = page.getByTestId('ranked-grid')
    this.warning = page.getByTestId('raw-warning')
    this.definition = page.getByTestId('score-definition')
    this.plane = page.getByTestId('nll-plane')
    this.place = page.getByTestId('pixel-place')
    this.probability = page.getByTestId('reading-probability')
    this.bars = page.getByTestId('conditional-bars')
    this.neighbours = page.getByTestId('neighbour-row')
  }

  async openTab(tab: UnderstandTab): Promise<void> {
    await this.page.getByTestId(`understand-${tab}`).click()
    await expect(this.page.getByTestId(`understand-${tab}`)).toHaveAttribute('aria-checked', 'true')
  }

  async besides(dataset: string): Promise<void> {
    await this.page.getByTestId('look-other').click()
    await this.page.getByRole('option', { name: dataset, exact: true }).click()
  }

  async look(): Promise<void> {
    await this.page.getByTestId('look').click()
    await expect(this.page.getByTestId('look')).toBeVisible({ timeout: 60_000 })
    await expect(this.examined).toBeVisible()
  }

  async sortBy(score: 'raw' | 'typicality' | 'complexity' | 'surprise'): Promise<void> {
    await this.page.getByTestId(`sort-${score}`).click()
  }

  /** Opens the first tile of the ranking in the inspector. */
  async openFirst(): Promise<void> {
    await this.grid.first().focus()
    await this.page.keyboard.press('ArrowRight')
    await this.page.keyboard.press('Enter')
    await expect(this.plane).toBeVisible({ timeout: 60_000 })
  }

  /** Milliseconds from the pointer reaching a pixel until the page shows that pixel's conditional, one for each of `count` pixels. */
  async hoverTimes(count: number): Promise<number[]> {
    return this.page.evaluate<number[]>(`(async () => {
      const element = document.querySelector('[data-testid="nll-plane"]')
      const [zoom, box] = [Number(element.dataset.zoom), element.getBoundingClientRect()]
      const [columns, rows] = [Math.round(box.width / zoom), Math.round(box.height / zoom)]
      const taken = []
      for (let time = 0; time < ${count}; time++) {
        const [x, y] = [(time * 7) % columns, (time * 5) % rows]
        const begun = performance.now()
        const place = { clientX: box.left + (x + 0.5) * zoom, clientY: box.top + (y + 0.5) * zoom }
        element.querySelector('canvas').dispatchEvent(new MouseEvent('mousemove', { bubbles: true, ...place }))
        // The page has its new content after the microtasks; asking for its layout includes that cost.
        await Promise.resolve().then(() => new Promise((resolve) => setTimeout(resolve, 0)))
        void document.body.offsetHeight
        taken.push(performance.now() - begun)
        await new Promise(requestAnimationFrame)
      }
      return taken
    })()`)
  }

  /** Milliseconds that the page's main thread computes while `action` runs: whatever else the machine does is not counted. */
  async mainThread(action: () => Promise<unknown>): Promise<number> {
    const session = await this.page.context().newCDPSession(this.page)
    const spent = async (): Promise<number> =>
      (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const before = await spent()
    await action()
    const milliseconds = 1000 * ((await spent()) - before)
    await session.detach()
    return milliseconds
  }

  async findNeighbours(samples: number): Promise<void> {
    await this.page.getByTestId('neighbour-samples').fill(String(samples))
    await this.page.getByTestId('find-neighbours').click()
    await expect(this.neighbours).toHaveCount(samples, { timeout: 60_000 })
  }
}
