import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Door } from '../support/door'
import { importGlyphs, trainSmall } from '../support/glyphs'
import { runRecords } from '../support/runRecords'

/** A run is looked into: ranked examples, one of them pixel by pixel, maps, calibration, bits against PNG, weights, neighbours of samples. */
export async function modelIsUnderstood(door: Door): Promise<void> {
  const { shell, understand, samples } = studioPages(door.page)
  await shell.open('understand')
  await expect(door.page.getByText('No run to look into yet')).toBeVisible()
  await shell.open('data')
  for (const [name, train, t10k] of [['Other glyphs', 60, 40], ['Glyphs', 300, 60]] as const) {
    await importGlyphs(door, { train, t10k }, name)
  }
  await trainSmall(door, 'made', 60)

  await shell.open('understand')
  await understand.besides('Other glyphs')
  await understand.look()
  await expect(understand.examined).toContainText(/Glyphs, test · 60 examples · .* nats\/example, exact · .*threshold/i)
  await expect(understand.grid).toHaveCount(2)
  await expect(understand.grid.first()).toHaveAttribute('data-count', '60')
  await expect(understand.definition).toContainText('Nalisnick et al. 2019b')
  for (const score of ['raw', 'typicality', 'complexity', 'surprise'] as const) {
    const area = await figure(door.page.getByTestId(`auroc-${score}`))
    expect(area).toBeGreaterThan(0)
    expect(area).toBeLessThan(1)
  }
  await expect(understand.warning).toBeHidden()
  await understand.sortBy('raw')
  await expect(understand.warning).toContainText('Nalisnick et al. 2019')

  await lookAtPixels(door)
  await understand.openTab('maps')
  await expect(door.page.getByTestId('mean-map').getByRole('img')).toHaveAttribute('aria-label', /highest .* nats/)
  await understand.openTab('calibration')
  expect(await figure(door.page.getByTestId('ece'))).toBeLessThan(0.5)
  await understand.openTab('bits')
  expect(await figure(door.page.getByTestId('model-bits'))).toBeLessThan(await figure(door.page.getByTestId('png-bits')))
  await expect(door.page.getByTestId('class-row')).toHaveCount(10)
  await understand.openTab('weights')
  const pictures = door.page.getByTestId('weights').getByRole('listitem')
  await expect(pictures.first()).toBeVisible()
  expect(await pictures.count()).toBeGreaterThan(10)
  await understand.openTab('neighbours')
  await understand.findNeighbours(3)

  // From a sample of the Samples page to what lies nearest to it.
  await shell.open('samples')
  await samples.setCount(4)
  await samples.draw()
  await samples.grid.getByRole('listbox').focus()
  await door.page.keyboard.press('ArrowRight')
  await door.page.getByTestId('find-nearest').click()
  await expect(understand.neighbours).toHaveCount(1)
}

async function lookAtPixels(door: Door): Promise<void> {
  const { understand } = studioPages(door.page)
  await understand.openFirst()
  await expect(understand.bars).toHaveCount(1)
  const pixels = 120
  let times: number[] = []
  const spent = await understand.mainThread(async () => (times = await understand.hoverTimes(pixels)))
  times.sort((a, b) => a - b)
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1)
  console.log(`hovering the inspector: median ${at(0.5)} ms, 95 % within ${at(0.95)} ms, most ${at(1)} ms; ${(spent / pixels).toFixed(1)} ms of main thread each`)
  // By keys: the mark moves, and the chain of probabilities is that of the example.
  await understand.plane.focus()
  await door.page.keyboard.press('ArrowRight')
  const before = await understand.place.innerText()
  await door.page.keyboard.press('ArrowDown')
  await expect(understand.place).not.toHaveText(before)
  expect(await figure(understand.probability)).toBeLessThanOrEqual(1)
  const [run] = runRecords(door.home)
  expect(run?.status).toBe('completed')
}
