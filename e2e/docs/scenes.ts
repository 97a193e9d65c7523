import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { EvolutionPage } from '../page-models/evolutionPage'
import { PlaybackPage } from '../page-models/playbackPage'
import { StoragePage } from '../page-models/storagePage'
import { studioPages } from '../page-models/studioPages'
import { idxGlyphFiles } from '../support/sampleFiles'
import { mediaScenes } from './mediaScenes'
import { leaveFocus, run } from './scene'
import type { Scene } from './scene'

/** Every page, in the order in which the studio is used. */
export const scenes: Scene[] = [
  {
    name: 'data',
    title: 'Data',
    caption: 'Data sets of the workspace, with what they hold.',
    show: (page) => studioPages(page).shell.open('data'),
  },
  {
    name: 'import',
    title: 'Import',
    caption: 'What dropped files were recognised as, how they will be prepared, and a preview, before anything is written.',
    async show(page) {
      const { data } = studioPages(page)
      await data.drop(idxGlyphFiles())
      await expect(data.recognised).toBeVisible()
      await data.binarise('Threshold')
    },
    leave: (page) => studioPages(page).data.cancel(),
  },
  {
    name: 'dataset',
    title: 'A data set',
    caption: 'Examples, mean image, levels, classes, and the entropy of independent pixels: a first baseline.',
    async show(page) {
      const { shell, data } = studioPages(page)
      await shell.open('data')
      await data.card('Glyphs').click()
      await page.waitForTimeout(800)
    },
  },
  ...(['Tones', 'Declarations', 'Moving glyphs'] as const).map((dataset) => ({
    name: { Tones: 'dataset-sound', Declarations: 'dataset-text', 'Moving glyphs': 'dataset-video' }[dataset],
    title: { Tones: 'A data set of sounds', Declarations: 'A data set of text', 'Moving glyphs': 'A data set of clips' }[dataset],
    caption: {
      Tones: 'Clips with their players; level, clipping, silence and spectrum.',
      Declarations: 'Pieces of one text, and its characters by how frequent they are.',
      'Moving glyphs': 'Clips that play in step, and can be stopped at a frame.',
    }[dataset],
    async show(page: Page) {
      const { shell, data } = studioPages(page)
      await shell.open('data')
      await data.card(dataset).click()
      await page.waitForTimeout(1200)
    },
  })),
  {
    name: 'models',
    title: 'Models',
    caption: 'Families in the order in which they fit the data; parameters, memory, and what a pixel sees.',
    async show(page) {
      const { shell, data, models } = studioPages(page)
      await shell.open('data')
      await data.card('Glyphs').click()
      await page.getByTestId('train-on-this').click()
      await models.choose('pixelcnn', 'small')
      await page.waitForTimeout(1000)
    },
  },
  {
    name: 'builder',
    title: 'Builder',
    caption: 'A model from blocks, with the shape, cost and receptive field of each; what leaks cannot be trained.',
    async show(page) {
      const { models, builder } = studioPages(page)
      await models.openAsBlocks()
      await builder.select(3)
      await builder.expectState('good')
      await page.waitForTimeout(800)
    },
  },
  {
    name: 'builder-json',
    title: 'The same model as JSON',
    caption: 'Two views of one document; mistakes are named with line and column, and the last good model stays.',
    async show(page) {
      const { builder } = studioPages(page)
      await builder.view('json')
      await builder.tab('model')
    },
    leave: (page) => studioPages(page).builder.view('blocks'),
  },
  {
    name: 'train',
    title: 'Train',
    caption: 'Exact NLL over training beside its baselines, the same seeds drawn at every checkpoint, gradients, weights.',
    async show(page) {
      const { shell, train } = studioPages(page)
      await shell.open('train')
      await train.rows.filter({ hasText: 'PixelCNN' }).first().getByRole('button').click()
      await expect(train.gallery).toBeVisible()
      await page.waitForTimeout(1500)
    },
  },
  {
    name: 'samples',
    title: 'Samples',
    caption: 'Drawn from a checkpoint with a seed and a temperature: each sample is a recipe that draws it again.',
    async show(page) {
      const { shell, samples } = studioPages(page)
      await shell.open('samples')
      await run(page, 'PixelCNN')
      await samples.setCount(64)
      await samples.draw(180_000)
    },
  },
  {
    name: 'playback',
    title: 'A sample played back',
    caption: 'Pixel by pixel in the order of the model: stop it, edit a pixel, and branch from there.',
    async show(page) {
      const playback = new PlaybackPage(page)
      await playback.playSample(3)
      await playback.goTo(0)
      for (let row = 0; row < 15; row++) await page.keyboard.press('Shift+ArrowRight')
      await leaveFocus(page)
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'forced',
    title: 'Forced or free',
    caption: 'An example of which the first k pixels are given, and what the model makes of the rest.',
    async show(page) {
      const playback = new PlaybackPage(page)
      await playback.open('Forced or free')
      await expect(playback.forcedDraws.first()).toBeVisible()
      await page.waitForTimeout(2500)
    },
  },
  {
    name: 'evolution',
    title: 'Evolution',
    caption: 'The same seeds at every checkpoint, runs side by side, by step, time or likelihood; also as an animated GIF.',
    async show(page) {
      const evolution = new EvolutionPage(page)
      await evolution.open()
      await evolution.layBeside('MADE, seed 1')
      await page.waitForTimeout(1200)
    },
    leave: (page) => new PlaybackPage(page).open('Draw'),
  },
  {
    name: 'samples-classes',
    title: 'Samples of each class',
    caption: 'A class-conditional model, a row for each class.',
    async show(page) {
      const { samples } = studioPages(page)
      await new PlaybackPage(page).open('Draw')
      await run(page, 'by class')
      await samples.draw(180_000)
    },
  },
  {
    name: 'completion',
    title: 'Completion',
    caption: 'A part of test examples rubbed out and filled in again, labelled exact or approximate.',
    async show(page) {
      const { samples } = studioPages(page)
      await run(page, 'PixelCNN')
      await samples.openCompletion()
      await samples.chooseMask('bottom').catch(() => undefined)
      await samples.setCompletion('examples', 8)
      await samples.setCompletion('draws', 6)
      await samples.complete()
    },
  },
  ...mediaScenes,
  {
    name: 'ranking',
    title: 'Understand: ranking',
    caption: 'Test examples by typicality, by complexity-corrected score, or by raw likelihood with the reason why that misleads.',
    async show(page) {
      const { shell, understand } = studioPages(page)
      await shell.open('understand')
      await run(page, 'PixelCNN')
      await understand.look()
    },
  },
  {
    name: 'inspector',
    title: 'Understand: one conditional',
    caption: 'p(xᵢ | x₍<ᵢ₎) of the pixel that is pointed at: probabilities, entropy, and the rank of the true value.',
    async show(page) {
      const { understand } = studioPages(page)
      await understand.openFirst()
      // The pixel that costs most, which the page points at by itself.
      await leaveFocus(page)
      await page.waitForTimeout(500)
    },
  },
  ...(['maps', 'calibration', 'bits', 'weights'] as const).map((tab) => ({
    name: tab,
    title: `Understand: ${{ maps: 'where the nats go', calibration: 'calibration', bits: 'bits against PNG', weights: 'weights' }[tab]}`,
    caption: {
      maps: 'NLL of each pixel, averaged over the examples, and the difference of two checkpoints.',
      calibration: 'Probabilities against how often things happen.',
      bits: 'What the model needs for an example beside what PNG needs, and the NLL of each class.',
      weights: 'Filters and masks of every layer.',
    }[tab],
    async show(page: Page) {
      await studioPages(page).understand.openTab(tab)
      await page.waitForTimeout(1000)
    },
  })),
  {
    name: 'neighbours',
    title: 'Understand: nearest neighbours',
    caption: 'Samples beside the training examples that lie nearest to them: does it remember, or has it learned?',
    async show(page) {
      const { understand } = studioPages(page)
      await understand.openTab('neighbours')
      await understand.findNeighbours(8)
    },
  },
  {
    name: 'checkpoints',
    title: 'Checkpoints',
    caption: 'Best, last, every so many steps; pinned, noted, restored, exported.',
    async show(page) {
      const { shell } = studioPages(page)
      await shell.open('checkpoints')
      await run(page, 'PixelCNN')
    },
  },
  {
    name: 'storage',
    title: 'Storage',
    caption: 'What the workspace keeps on disk, which checkpoints a rule would keep, and the trash, from which everything can be taken back.',
    async show(page) {
      await new StoragePage(page).open()
      await page.waitForTimeout(1000)
    },
  },
  {
    name: 'likelihood',
    title: 'Likelihood',
    caption: 'The exact NLL of a split with its standard error, and where the nats go.',
    async show(page) {
      const { checkpoints } = studioPages(page)
      await checkpoints.openTab('likelihood')
      // It was scored before, so its row is there already; the map comes with this one.
      await page.getByTestId('score').click()
      await expect(checkpoints.map).toBeVisible({ timeout: 180_000 })
      await page.waitForTimeout(800)
    },
  },
  {
    name: 'classes',
    title: 'Classes',
    caption: 'A class-conditional model asked which class an example is of, by exact p(x | c).',
    async show(page) {
      const { checkpoints } = studioPages(page)
      await run(page, 'by class')
      await checkpoints.openTab('classes')
      await page.getByTestId('classify-examples-asked').fill('100')
      await checkpoints.classify()
    },
  },
  {
    name: 'compare',
    title: 'Compare',
    caption: 'The leaderboard: what may not be compared is greyed and says why.',
    async show(page) {
      const { shell, compare } = studioPages(page)
      await shell.open('compare')
      await page.getByTestId('compare-data').click()
      await page.getByRole('option', { name: /^Glyphs/ }).first().click()
      await expect(compare.rows.first()).toBeVisible()
    },
  },
  {
    name: 'difference',
    title: 'Two runs',
    caption: 'The difference of two runs on the same examples with its paired standard error, and the settings in which they differ.',
    async show(page) {
      const { compare } = studioPages(page)
      for (const name of ['MADE, seed 1', 'NADE']) await compare.choose(name)
      await expect(compare.difference).toBeVisible()
    },
  },
]

const captions: Readonly<Record<string, string>> = {
  engine: 'Which engine computes, on what and why, with a check of the installation and the mend for whatever is missing.',
  log: 'What the studio and its engines have said, with a report to copy.',
  settings: 'Theme, motion, engine, notifications, disk use: kept with the workspace.',
}

/** Pages of the navigation that no scene shows yet stand in the gallery as they are. */
export async function otherPages(page: Page): Promise<Scene[]> {
  const known = new Set(['data', 'models', 'train', 'samples', 'understand', 'checkpoints', 'compare'])
  const names = await page.locator('nav [data-testid^="nav-"]').evaluateAll((links) => links.map((link) => link.getAttribute('data-testid') ?? ''))
  return Promise.all(
    names
      .map((name) => name.replace('nav-', ''))
      .filter((name) => !known.has(name))
      .map(async (name) => ({
        name,
        title: (await page.getByTestId(`nav-${name}`).getAttribute('aria-label')) ?? name,
        caption: captions[name] ?? '',
        async show(shown: Page) {
          await shown.getByTestId(`nav-${name}`).click()
          if (name === 'engine') await expect(shown.getByRole('main')).not.toContainText('Checking', { timeout: 120_000 })
          await shown.waitForTimeout(1000)
        },
      })),
  )
}

/** What opens over every page. */
export const palette: Scene = {
  name: 'palette',
  title: 'Search and commands',
  caption: 'Pages, data sets, runs and commands by name, with Ctrl K.',
  async show(page) {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog')).toBeVisible()
  },
  leave: (page) => page.keyboard.press('Escape'),
}
