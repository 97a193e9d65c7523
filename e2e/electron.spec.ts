import { test } from '@playwright/test'
import { scenarios } from './scenarios'
import { electronBinary } from './support/electronBinary'
import { ElectronStudio } from './support/electronStudio'

const binary = electronBinary()

test.describe('Electron', () => {
  test.skip(binary === null, 'skipped: no Electron binary')

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
