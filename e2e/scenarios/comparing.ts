import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { figure } from '../page-models/trainPage'
import type { Door } from '../support/door'
import { framesDuring, scrollThrough, summary } from '../support/frames'
import { runRecords } from '../support/runRecords'

/** Runs beside each other and beside results of one's own, their difference on the same examples, notes and tags; then a thousand of them. */
export async function runsAreCompared(door: Door): Promise<void> {
  const { shell, models, train, checkpoints, compare } = studioPages(door.page)
  await shell.open('compare')
  await expect(door.page.getByRole('main')).toContainText('Nothing to compare yet')
  for (const seed of [1, 2, null]) {
    await shell.open('models')
    await models.choose(seed === null ? 'independent' : 'made', 'small')
    if (seed !== null) {
      await models.budget({ steps: 60 })
      await models.set('seed', seed)
    }
    await models.start()
    await train.expectStatus('Completed')
    await shell.open('checkpoints')
    await checkpoints.openTab('likelihood')
    await checkpoints.scoreOn('test')
  }

  await shell.open('compare')
  await expect(compare.comparable).toHaveCount(3)
  await compare.addPublished({ title: 'A paper’s net', value: 1, reference: 'Somebody (2011), table 2' })
  await expect(compare.comparable.first()).toContainText('A paper’s net')
  await door.page.getByTestId('remove-published').click()
  await expect(compare.row('A paper’s net')).toHaveCount(0)
  await door.page.getByRole('button', { name: 'Undo' }).click()
  await expect(compare.row('A paper’s net')).toHaveCount(1)

  // Two runs: the mean of the differences is the difference of the means.
  const independent = compare.rows.filter({ hasText: 'Independent' })
  const made = compare.rows.filter({ hasText: 'MADE' }).first()
  await made.getByTestId('choose-run').check()
  await compare.tag('wide')
  await compare.notes.fill('Learned fast.')
  await expect.poll(() => runRecords(door.home).find(({ tags }) => tags.includes('wide'))?.notes).toBe('Learned fast.')
  await independent.getByTestId('choose-run').check()
  const scored = runRecords(door.home)
  const [ours, baseline] = [scored.find(({ tags }) => tags.includes('wide')), scored.find(({ model }) => model.family === 'independent')]
  expect(await figure(compare.difference)).toBeCloseTo(ours!.scores[0]!.nats - baseline!.scores[0]!.nats, 1)
  await expect(compare.pair).toContainText('50 test examples, the same for both')
  await expect(compare.pair.getByTestId('settings-difference')).toContainText('family')

  await compare.search('#wide')
  await expect(compare.rows).toHaveCount(1)
  await compare.search('')
  await compare.group('Repeated seeds')
  await expect(compare.groups.first()).toContainText(/mean and standard deviation over 2 seeds/)
  // On a split that nothing was scored on every run says so.
  await compare.group('No groups')
  await door.page.getByTestId('compare-valid').click()
  await expect(compare.rows.filter({ hasText: 'Not comparable: it has not been scored on the valid split yet' })).toHaveCount(3)
  await expect(compare.comparable).toHaveCount(0)

  await aThousandScroll(door, ours!.id)
}

async function aThousandScroll(door: Door, runId: string): Promise<void> {
  const folder = join(door.home, 'runs')
  const text = readFileSync(join(folder, runId, 'run.json'), 'utf8')
  const scores = join(folder, runId, 'scores')
  for (let copy = 0; copy < 1000; copy++) {
    const id = `copy-${copy}`
    mkdirSync(join(folder, id))
    if (copy < 2) cpSync(scores, join(folder, id, 'scores'), { recursive: true })
    const record = { ...(JSON.parse(text) as Record<string, unknown>), id, name: `Copy ${copy}` }
    writeFileSync(join(folder, id, 'run.json'), JSON.stringify(record))
  }
  await door.restart('SIGTERM')
  const { shell, compare } = studioPages(door.page)
  await shell.open('compare')
  const table = door.page.getByTestId('leaderboard')
  await expect(table).toHaveAttribute('aria-rowcount', /^10\d\d$/)
  expect(await compare.rows.count()).toBeLessThan(80)
  // As fast as a wheel is spun, and as the bar is dragged.
  for (const pixels of [100, 300]) {
    const times = await framesDuring(door.page, () => scrollThrough(door.page, '[data-testid="leaderboard"] [role="rowgroup"]', pixels))
    console.log(`1,000 runs, scrolling ${pixels} pixels a frame: main-thread work a frame ${summary(times)}`)
  }
  await expect(compare.rows.filter({ hasText: 'Copy' }).first()).toBeVisible()
}
