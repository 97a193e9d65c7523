import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inRoot } from './project.mjs'
import { onPath, run } from './run.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macApplication = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

function systemChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named && existsSync(named)) return named
  for (const name of names) {
    const found = onPath(name)
    if (found) return found
  }
  return existsSync(macApplication) ? macApplication : null
}

function playwrightChromium() {
  const path = createRequire(inRoot('package.json'))('@playwright/test').chromium.executablePath()
  return path && existsSync(path) ? path : null
}

/** A Chromium for the end-to-end tests: the system's, Playwright's, or, for root on Debian, the distribution's package. */
export async function findChromium({ report, signal }) {
  const present = systemChromium() ?? playwrightChromium()
  if (present) return present
  report.progress('Fetching Chromium for the end-to-end tests')
  const playwright = inRoot('node_modules', '@playwright', 'test', 'cli.js')
  // Its connections wait up to half a minute each, on several hosts; a network that lets it through answers sooner.
  await run(process.execPath, [playwright, 'install', 'chromium'], {
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
    timeoutMs: 300_000,
    signal,
  })
  signal?.throwIfAborted()
  const fetched = playwrightChromium()
  if (fetched) return fetched
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return null
  report.progress('Installing Chromium with apt-get')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { env, signal })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env, signal })
  signal?.throwIfAborted()
  return systemChromium()
}
