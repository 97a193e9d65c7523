import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import type { RunRecord } from '../src-main/contract'
import { studioPages } from './page-models/studioPages'
import { prepare } from './support/prepared'
import { datasetRecords, runRecords } from './support/runRecords'
import { RunningStudio } from './support/runningStudio'
import { idxGlyphFiles } from './support/sampleFiles'

/** What only a browser meets: servers that go away, a second window, files that others have changed. */
let studio: RunningStudio
let faults: string[]
test.beforeEach(async ({ page }) => {
  studio = new RunningStudio()
  await prepare(studio.home, { runs: ['made'] })
  await studio.start()
  faults = []
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto(studio.url)
})
test.afterEach(async ({ page: _page }, testInfo) => {
  if (testInfo.status !== 'passed') await testInfo.attach('server log', { body: studio.log, contentType: 'text/plain' })
  await studio.remove()
  expect(faults, 'errors in the page').toEqual([])
})

async function train(page: Page, steps: number): Promise<void> {
  const { shell, models } = studioPages(page)
  await shell.open('models')
  await models.choose('made', 'small')
  await models.budget({ steps })
  await models.judgeOften()
  await models.start()
  // The window goes there by itself once the run is made.
  await expect(page.getByTestId('nav-train')).toHaveAttribute('aria-current', 'page')
}

/** Longer than any scenario lasts. */
const endless = 1_000_000

test('a lost connection: said, nothing typed is lost, streams and lists go on by themselves', async ({ page }) => {
  const { shell, data, models, train: training, compare } = studioPages(page)
  await train(page, endless)
  await training.expectStatus('Training')
  await training.expectValid()
  const run = (): RunRecord => runRecords(studio.home).find(({ budget }) => budget.steps === endless)!
  await shell.open('models')
  await models.choose('made', 'small')
  await models.budget({ steps: 77 })

  await studio.stop('SIGKILL')
  await expect(shell.banner).toContainText('connection to the studio is lost')
  // An action meanwhile says what is the matter, and changes nothing.
  await page.getByTestId('start-training').click()
  await expect(shell.notices.filter({ hasText: 'connection to the studio was lost' }).first()).toBeVisible()
  expect(runRecords(studio.home)).toHaveLength(2)
  await studio.start(studio.port)
  await expect(shell.banner).toBeHidden()
  await expect(shell.back).toBeVisible()
  await expect(page.getByTestId('budget-steps')).toHaveValue('77')
  await expect(page.getByTestId('start-training')).toBeEnabled()

  await shell.open('compare')
  await compare.chooseRun(run().id)
  await compare.notes.fill('Begun before the cable was pulled.')
  await expect(compare.notesState).toContainText('Saved')
  await studio.stop('SIGKILL')
  await expect(shell.banner).toBeVisible()
  await compare.notes.fill('Begun before the cable was pulled. Written while it lay on the floor.')
  await expect(compare.notesState).toContainText('Not saved yet')
  await shell.open('data')
  await studio.start(studio.port)
  await expect(shell.banner).toBeHidden()
  await expect(data.cards).toHaveCount(1)
  await expect.poll(() => run().notes).toContain('Written while it lay on the floor.')
  // The list of jobs is the new studio's, in which nothing runs; the run says what has become of it and goes on.
  await expect(shell.bottomBar).toContainText('Nothing is running')
  await shell.open('train')
  await training.expectStatus('Interrupted')
  await training.expectValid()
  const shown = await training.valid.innerText()
  await training.resume()
  await training.expectStatus('Training')
  await expect(training.valid).not.toHaveText(shown)
})

test('two windows: whoever saves a model second is told, and loses nothing', async ({ page, browser }) => {
  // Another person's: tabs of one browser share what they remember.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const other = await context.newPage()
  await other.goto(studio.url)
  const [here, there] = [studioPages(page), studioPages(other)]
  await expect(there.data.cards).toHaveCount(1)

  await here.shell.open('models')
  await here.models.choose('pixelcnn', 'small')
  await here.models.openAsBlocks()
  await here.builder.expectState('good')
  await here.builder.save('Shared')
  await there.shell.open('models')
  await there.models.openBuilder()
  await there.builder.openSaved('Shared')
  await there.builder.expectState('good')
  const kinds = await there.builder.kinds()
  const residual = kinds.indexOf('masked-residual')
  await there.builder.select(residual)
  await other.keyboard.press('Delete')
  await other.keyboard.press('Control+s')
  await expect(page.getByRole('alert').filter({ hasText: 'Shared' })).toBeVisible()
  await here.builder.select(residual)
  await here.builder.add('attention', 'causal-attention')
  await page.keyboard.press('Control+s')
  await expect(here.shell.notices.filter({ hasText: 'changed elsewhere' }).first()).toBeVisible()
  await expect.poll(() => here.builder.kinds()).toContain('causal-attention')
  await page.getByRole('alert').filter({ hasText: 'Shared' }).getByRole('button', { name: /copy/i }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Shared' })).toBeHidden()

  // Notes of a run that both write at once: both texts are shown to the second, and nothing is lost.
  const run = runRecords(studio.home)[0]?.id ?? ''
  for (const { compare, shell } of [here, there]) {
    await shell.open('compare')
    await compare.chooseRun(run)
  }
  await Promise.all([here.compare.notes.fill('Written here.'), there.compare.notes.fill('Written there.')])
  const conflicted = async (): Promise<boolean[]> => Promise.all([here, there].map(({ compare }) => compare.notesConflict.isVisible()))
  await expect.poll(conflicted).toContain(true)
  const second = (await here.compare.notesConflict.isVisible()) ? here : there
  await second.compare.chooseNotes('both')
  const both = /^Written (here|there)\.\nWritten (here|there)\.$/
  await expect.poll(() => runRecords(studio.home).find(({ id }) => id === run)?.notes).toMatch(both)
  for (const { compare } of [here, there]) await expect(compare.notes).toHaveValue(both)
  await context.close()
})

test('a removed data set is named and found again; records of a newer version are named and left alone', async ({ page }) => {
  const { shell, data, models, builder, samples, checkpoints, compare } = studioPages(page)
  // The data set goes: every page of the run stays and says what is missing.
  await shell.open('data')
  await data.cards.first().click()
  await page.getByTestId('dataset-menu').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByTestId('confirm').click()
  await expect.poll(() => datasetRecords(studio.home)).toEqual([])
  for (const name of ['train', 'samples', 'understand', 'checkpoints'] as const) {
    await shell.open(name)
    await expect(shell.missingData).toContainText('Glyphs is not in this workspace any more')
    await expect(shell.missingData).toContainText('import it again under the name “Glyphs”')
  }
  await expect(checkpoints.rows.first()).toBeVisible()
  await shell.open('understand')
  await expect(page.getByTestId('look')).toBeDisabled()
  await shell.open('train')
  await expect(page.getByTestId('resume-run')).toBeDisabled()
  await shell.open('compare')
  await expect(compare.row('MADE')).toBeVisible()
  await shell.open('samples')
  await samples.draw()

  // Under its name it is found again.
  await shell.open('data')
  await data.drop(idxGlyphFiles({ train: 300, t10k: 50 }))
  await data.binarise('Threshold')
  await data.import('Glyphs')
  await shell.open('train')
  await expect(shell.missingData).toBeHidden()

  // Another version: named, left alone, and the rest of the workspace opens.
  await studio.stop()
  const path = join(studio.home, 'runs', runRecords(studio.home)[0]!.id, 'run.json')
  const future = JSON.stringify({ type: 'run', version: 99, invention: 'of the future' })
  writeFileSync(path, future)
  writeFileSync(join(studio.home, 'models', 'later-0001.json'), JSON.stringify({ type: 'model', version: 7 }))
  writeFileSync(join(studio.home, 'queue.json'), '{ "type": "queue", "vers')
  await studio.start(studio.port)
  await expect(shell.engine).toContainText('3 records could not be read')
  await shell.engine.click()
  await expect(page.getByText(/run\.json was made by a newer version of Chainrule \(run record version 99/)).toBeVisible()
  await expect(page.getByText(/later-0001\.json was made by a newer version of Chainrule/)).toBeVisible()
  await expect(page.getByText(/queue\.json is damaged/)).toBeVisible()
  await page.keyboard.press('Escape')
  await shell.open('data')
  await expect(data.cards).toHaveCount(1)
  expect(readFileSync(path, 'utf8')).toBe(future)

  // A model file of another version, dropped on the window.
  await shell.open('models')
  await models.openBuilder()
  await builder.drop('newer.chainrule-model.json', JSON.stringify({ type: 'chainrule-model', version: 4, name: 'Newer', model: {} }))
  const told = page.getByText(/newer\.chainrule-model\.json was made by a newer version of Chainrule \(model file version 4/)
  await expect(told.first()).toBeVisible()
})
