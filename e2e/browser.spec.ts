import { test } from '@playwright/test'
import { scenarios } from './scenarios'
import { BrowserStudio } from './support/browserStudio'
import { prepare } from './support/prepared'

for (const { title, play, given } of scenarios) {
  test(title, async ({ page }, testInfo) => {
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/.test(message.text())) faults.push(message.text())
    })
    const studio = new BrowserStudio(page)
    try {
      if (given) await prepare(studio.home, given)
      await studio.start()
      await play(studio)
      test.expect(faults, 'errors in the page').toEqual([])
    } finally {
      if (testInfo.errors.length > 0 || testInfo.status !== 'passed')
        await testInfo.attach('server log', { body: studio.log, contentType: 'text/plain' })
      await studio.remove()
    }
  })
}
