import { test } from '@playwright/test'
import { scenarios } from './scenarios'
import { electronBinary } from './support/electronBinary'
import { ElectronStudio } from './support/electronStudio'

const binary = electronBinary()

// The reason stands in the title, since reporters list a skipped test without it.
test.describe(binary === null ? 'Electron (skipped: no Electron binary)' : 'Electron', () => {
  test.skip(binary === null, 'no Electron binary')

  for (const { title, play } of scenarios) {
    test(title, async () => {
      const studio = new ElectronStudio(binary ?? '')
      try {
        await studio.start()
        await play(studio)
      } finally {
        await studio.remove()
      }
    })
  }
})
