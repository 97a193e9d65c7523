import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findProgram } from './runCommand.js'

// Not named 'require': the build may add a constant of that name to the file.
const fromHere = createRequire(import.meta.url)

/** The Electron program, or null where its binary has not been fetched. */
export function findElectronBinary(env: NodeJS.ProcessEnv = process.env): string | null {
  const names: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  try {
    const folder = dirname(fromHere.resolve('electron/package.json'))
    const recorded = join(folder, 'path.txt')
    const name = existsSync(recorded) ? readFileSync(recorded, 'utf8') : (names[process.platform] ?? 'electron')
    const path = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** A browser that can show the studio and run its end-to-end tests. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env.CHROMIUM_PATH && existsSync(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'firefox']) {
    const found = findProgram(name, env)
    if (found) return found
  }
  const macApplications = ['Google Chrome', 'Chromium', 'Safari', 'Firefox'].map((name) => `/Applications/${name}.app`)
  return macApplications.find((path) => existsSync(path)) ?? null
}
