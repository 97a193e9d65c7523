import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import { RunningStudio } from '../support/runningStudio'
import { axeItself, lookAt, writeReport } from './accessibility'
import { writeGallery } from './gallery'
import { playJourney } from './journey'
import { docsFolder, keepPictures, pictureName, sizes, takePicture, themes, writeGif } from './pictures'
import type { Scene } from './scene'
import { otherPages, palette, scenes } from './scenes'
import { fillWorkspace } from './workspace'

/** Set by `npm run docs`. */
const { CHAINRULE_DOCS_HOME: home, CHAINRULE_DOCS_DATA: dataFolder, CHAINRULE_DOCS_MINUTES: minutes = '4.5', CHAINRULE_DOCS_ONLY: only, CHAINRULE_DOCS_SCENES: chosen } = process.env
/** Scenes that are taken; all when none is named. The others are played, as one may begin where another ends. */
const wanted = chosen === undefined ? null : new Set(chosen.split(','))

const began = Date.now()
const say = (text: string): void => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`)

test('the gallery and the accessibility report', async ({ page }) => {
  test.skip(only === 'journey', 'only the journey is taken')
  const studio = new RunningStudio(home)
  try {
    await studio.start()
    await fillWorkspace({ home: studio.home, minutes: Number(minutes), dataFolder: dataFolder ?? null, say })
    await page.setViewportSize(sizes[0])
    await page.goto(studio.url)
    await expect(page.getByTestId('nav-data')).toBeVisible()
    const axe = await axeItself(page)
    const findings = []
    const shown: Scene[] = []
    const written: Promise<number>[] = []
    const all = [...scenes, ...(await otherPages(page)), palette]
    await keepPictures(all.map(({ name }) => name))
    for (const scene of all) {
      say(scene.title)
      try {
        await scene.show(page)
      } catch (error) {
        // One page that has changed its ways must not cost the others their pictures; the run fails at its end.
        expect.soft(error, scene.name).toBeUndefined()
        await page.keyboard.press('Escape')
        continue
      }
      shown.push(scene)
      if (wanted && !wanted.has(scene.name)) {
        await scene.leave?.(page)
        continue
      }
      await page.evaluate(shortHome(studio.home))
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme })
        for (const size of sizes) {
          await page.setViewportSize(size)
          await settle(page)
          written.push((await takePicture(page, pictureName(scene.name, size.width, theme))).written)
        }
        await page.setViewportSize(sizes[0])
        await settle(page)
        if (!wanted) findings.push(await lookAt(page, scene.title, theme))
      }
      await scene.leave?.(page)
      // Anew after every page: what is there when somebody stops it is whole.
      if (wanted) continue
      await writeGallery(shown)
      await writeReport(findings, axe)
    }
    // Pictures that were not taken again stay, so their pages stay in the gallery.
    if (wanted) await writeGallery(all)
    const bytes = (await Promise.all(written)).reduce((sum, each) => sum + each, 0)
    say(`${written.length} pictures, ${(bytes / 1e6).toFixed(1)} MB, in docs/screenshots`)
  } finally {
    await studio.remove()
  }
})

test('the journey', async ({ page }) => {
  test.skip(only === 'gallery', 'only the gallery is taken')
  const studio = new RunningStudio()
  try {
    await studio.start()
    say('The journey: drop, train, samples, heat-map, export')
    await page.setViewportSize(sizes[0])
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(studio.url)
    await expect(studioPages(page).shell.bottomBar).toBeVisible()
    const frames = await playJourney(page, 60 * Math.min(1, Number(minutes) / 5))
    await mkdir(docsFolder, { recursive: true })
    const bytes = await writeGif(frames, join(docsFolder, 'journey.gif'), 960)
    say(`${frames.length} frames, ${(bytes / 1e6).toFixed(1)} MB, in docs/journey.gif`)
  } finally {
    await studio.remove()
  }
})

/** The home folder of whoever takes the pictures is nobody's business, nor is where the workspace of the pictures lies. */
const shortHome = (workspace: string): string => `(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { currentNode } = texts
    currentNode.nodeValue = currentNode.nodeValue.replaceAll(${JSON.stringify(workspace)}, '~/.local/share/chainrule').replaceAll(${JSON.stringify(homedir())} + '/', '~/')
  }
})()`

/** Charts redraw themselves after a change of size or theme. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(300)
  await page.evaluate('document.fonts.ready.then(() => undefined)')
}
