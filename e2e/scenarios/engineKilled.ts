import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { metricSteps, runRecords } from '../support/runRecords'

/** The engine dies without a word in mid-training: the window says so, and the run goes on from its checkpoint. */
export async function killedEngineIsSurvived(door: Door): Promise<void> {
  const { shell, models, train } = studioPages(door.page)

  await shell.open('models')
  await models.choose('made', 'small')
  await models.budget({ steps: 40_000 })
  await models.judgeOften()
  await models.start()
  await shell.open('train')
  await train.expectValid()
  await expect.poll(() => runRecords(door.home)[0]?.best?.step ?? 0, { timeout: 60_000 }).toBeGreaterThan(0)

  const pids = door.enginePids()
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await train.expectStatus('Interrupted')
  const alert = door.page
    .getByRole('alert')
    .filter({ hasText: /engine/i })
    .first()
  await expect(alert).toBeVisible()
  await expect(alert).toContainText(/resume/i)
  const interrupted = runRecords(door.home)[0]

  await train.resume()
  await expect
    .poll(() => runRecords(door.home)[0]?.progress.step ?? 0, { timeout: 60_000 })
    .toBeGreaterThan((interrupted?.best?.step ?? 0) + 50)
  await train.pause()
  const steps = metricSteps(door.home, interrupted?.id ?? '')
  expect(steps).toEqual([...steps].sort((first, second) => first - second))
}
