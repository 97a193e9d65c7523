import { expect } from '@playwright/test'
import type { Page } from '@playwright/test'
import { PlaybackPage } from '../page-models/playbackPage'
import { studioPages } from '../page-models/studioPages'
import { TextPage } from '../page-models/textPage'
import { leaveFocus, run } from './scene'
import type { Scene } from './scene'

/** The same frame in every picture. */
async function stopAt(page: Page, frame: number): Promise<void> {
  const { slider } = studioPages(page).samples.clips
  await slider.press('Home')
  for (let step = 0; step < frame; step++) await slider.press('ArrowRight')
  await leaveFocus(page)
}

/** Sound, text, pairs of texts and video. */
export const mediaScenes: readonly Scene[] = [
  {
    name: 'sound',
    title: 'Sound',
    caption: 'Clips drawn by a WaveNet, as waveforms with a player.',
    async show(page) {
      const { samples } = studioPages(page)
      await run(page, 'WaveNet')
      await page.getByRole('radio').first().click()
      await samples.setSeconds(0.5)
      await samples.setCount(4)
      await samples.draw(180_000)
      await page.waitForTimeout(800)
    },
  },
  {
    name: 'sound-forced',
    title: 'Sound: what each sample costs',
    caption: 'NLL and entropy under the wave, the receptive field in samples and milliseconds, a clip that is gone on with.',
    async show(page) {
      const playback = new PlaybackPage(page)
      await playback.open('Forced or free')
      await expect(page.getByTestId('sound-trace')).toBeVisible({ timeout: 120_000 })
      await page.waitForTimeout(6000)
    },
    leave: (page) => new PlaybackPage(page).open('Draw'),
  },
  {
    name: 'text',
    title: 'Text',
    caption: 'Samples that begin as one likes: the prompt is muted.',
    async show(page) {
      const { samples } = studioPages(page)
      const texts = new TextPage(page)
      await run(page, 'Declarations, LSTM')
      await samples.setCount(6)
      await texts.begin('interface ', 300)
      await samples.draw(180_000)
    },
  },
  {
    name: 'text-forced',
    title: 'Text: what each character costs',
    caption: 'An example shaded by the bits of each character given the true ones before it, and how the model goes on by itself.',
    async show(page) {
      const { samples } = studioPages(page)
      const texts = new TextPage(page)
      await samples.openForced()
      await expect(texts.surprise).toBeVisible({ timeout: 120_000 })
      await page.waitForTimeout(4000)
      await texts.surprise.focus()
      for (let step = 0; step < 30; step++) await page.keyboard.press('ArrowRight')
      await leaveFocus(page)
    },
    leave: (page) => new PlaybackPage(page).open('Draw'),
  },
  {
    name: 'pairs',
    title: 'Pairs of texts',
    caption: 'Targets that an encoder and decoder draw for test sources, beside the true ones.',
    async show(page) {
      const { samples } = studioPages(page)
      await run(page, 'Reversed, ByteNet')
      await page.getByRole('radio', { name: 'Complete', exact: true }).click()
      await samples.setCompletion('examples', 8)
      await samples.setCompletion('draws', 2)
      await samples.complete()
    },
    leave: (page) => new PlaybackPage(page).open('Draw'),
  },
  {
    name: 'video',
    title: 'Video',
    caption: 'Clips drawn frame by frame, all played in step; as GIF, WebP or strips of frames.',
    async show(page) {
      const { samples } = studioPages(page)
      await run(page, 'video pixel network')
      await samples.setCount(16)
      await samples.draw(180_000)
      await stopAt(page, 3)
    },
  },
  {
    name: 'video-continued',
    title: 'Video: given frames are gone on from',
    caption: 'The first frames of test clips stay; what the model makes of them plays beside the true clip.',
    async show(page) {
      const { samples } = studioPages(page)
      await samples.openContinuation()
      await samples.setCompletion('examples', 6)
      await samples.setCompletion('draws', 6)
      await samples.complete()
      await stopAt(page, 6)
    },
    leave: (page) => new PlaybackPage(page).open('Draw'),
  },
]
