import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { PlaybackPage } from '../page-models/playbackPage'
import type { Shell } from '../page-models/shell'
import { pageNames } from '../page-models/shell'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { idxGlyphFiles } from '../support/sampleFiles'

/** axe finds nothing serious on any page, empty or full, light or dark. */
export async function nothingSeriousForAxe(door: Door): Promise<void> {
  const { shell, data, models, train, samples } = studioPages(door.page)
  await door.page.emulateMedia({ reducedMotion: 'reduce' })
  await checkPages(door, shell, 'empty')

  await shell.open('data')
  await data.drop(idxGlyphFiles({ train: 200, t10k: 50 }))
  await expect(data.recognised).toBeVisible()
  expect(await findings(door), 'import sheet').toEqual([])
  await data.binarise('Threshold')
  await data.import('Glyphs')
  await shell.open('models')
  await models.search('rnade')
  await models.look('rnade')
  await expect(models.refusal).toBeVisible()
  expect(await findings(door), 'a family that does not fit').toEqual([])
  await models.search('')
  await models.choose('fvsbn', 'small')
  await models.openOptimizer()
  await models.setOptimizer('SGD with momentum')
  expect(await findings(door), 'optimiser and schedule').toEqual([])
  await checkBuilder(door)
  await shell.open('models')
  await models.choose('fvsbn', 'small')
  await models.budget({ steps: 20 })
  await models.start()
  await shell.open('train')
  await train.expectStatus('Completed')
  await shell.open('samples')
  await samples.draw()
  await checkPages(door, shell, 'full')
  await checkResults(door)
}

/** The builder, before and after there is a model, with its JSON and with a block that leaks. */
async function checkBuilder(door: Door): Promise<void> {
  const { shell, models, builder } = studioPages(door.page)
  await models.openBuilder()
  expect(await findings(door), 'builder, empty').toEqual([])
  await shell.open('models')
  await models.choose('pixelcnn', 'small')
  await models.openAsBlocks()
  await builder.select(1)
  await builder.choose('mask', 'B')
  for (const theme of ['Light', 'Dark'] as const) {
    await shell.chooseTheme(theme)
    await builder.view('blocks')
    expect(await findings(door), `builder, ${theme.toLowerCase()}`).toEqual([])
    await builder.view('json')
    await builder.tab('model')
    expect(await findings(door), `builder's JSON, ${theme.toLowerCase()}`).toEqual([])
  }
}

/** What the pages show beside their first tab. */
async function checkResults(door: Door): Promise<void> {
  const { shell, samples, checkpoints } = studioPages(door.page)
  await shell.open('samples')
  await samples.openCompletion()
  await samples.setCompletion('examples', 2)
  await samples.complete()
  await samples.completions.first().click()
  await shell.chooseTheme('Light')
  expect(await findings(door), 'completion, light').toEqual([])
  await shell.chooseTheme('Dark')
  expect(await findings(door), 'completion, dark').toEqual([])
  await checkPlayback(door)
  await shell.open('checkpoints')
  await checkpoints.openTab('likelihood')
  await checkpoints.scoreOn('test')
  expect(await findings(door), 'likelihood, dark').toEqual([])
  await shell.chooseTheme('Light')
  expect(await findings(door), 'likelihood, light').toEqual([])
}

/** A sample that is stopped and painted on, its branch, and an example that is forced; in the theme that is chosen. */
async function checkPlayback(door: Door): Promise<void> {
  const playback = new PlaybackPage(door.page)
  await playback.open('Play back')
  await playback.goTo(3)
  await playback.paint(0, 1, 1)
  await playback.branch({ draws: 1, seed: 9 })
  expect(await findings(door), 'playback').toEqual([])
  await playback.open('Forced or free')
  await expect(playback.forcedDraws).toHaveCount(3)
  expect(await findings(door), 'forced or free').toEqual([])
}

async function checkPages(door: Door, shell: Shell, state: string): Promise<void> {
  for (const theme of ['Light', 'Dark'] as const) {
    await shell.chooseTheme(theme)
    for (const name of pageNames) {
      await shell.open(name)
      await door.page.waitForTimeout(250)
      // A page says the same in either theme: what can be wrong in the dark alone are its colours.
      expect(await findings(door, theme === 'Dark' ? 'colours' : 'all'), `${name}, ${state}, ${theme.toLowerCase()}`).toEqual([])
    }
  }
}

async function findings(door: Door, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // A notice lies between two focus guards, hidden but focusable by design, which axe takes for content. Notices go by themselves.
  await expect(door.page.locator('ol[data-slot="viewport"] li')).toHaveCount(0, { timeout: 20_000 })
  // 'Legacy' gathers the results in the page itself rather than in a second one, which Electron cannot open; there are no frames.
  const axe = new AxeBuilder({ page: door.page }).setLegacyMode(true)
  const { violations, passes } = await (rules === 'all' ? axe : axe.withRules(['color-contrast', 'link-in-text-block'])).analyze()
  // An empty answer would mean that axe had looked at nothing.
  expect(passes.length).toBeGreaterThan(rules === 'all' ? 10 : 0)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        (node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1, 2).join('').trim() ?? ''}`,
      ),
    )
}
