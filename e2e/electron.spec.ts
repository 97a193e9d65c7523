import { test } from '@playwright/test'
import { scenarios } from './scenarios'
import { electronBinary } from './support/electronBinary'
import { ElectronStudio } from './support/electronStudio'
import { prepare } from './support/prepared'

const electron = electronBinary()
const why = 'why' in electron ? electron.why : null

// The reason stands in the title, since reporters list a skipped test without it.
test.describe(why === null ? 'Electron' : `Electron (skipped: ${why})`, () => {
  test.skip(why !== null, why ?? '')

  for (const { title, play, given } of scenarios) {
    test(title, async () => {
      if (!('path' in electron)) return
      const studio = new ElectronStudio(electron.path)
      try {
        if (given) await prepare(studio.home, given)
        await studio.start()
        await play(studio)
      } finally {
        await studio.remove()
      }
    })
  }
})
