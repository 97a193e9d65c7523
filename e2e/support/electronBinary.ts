import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const packageFolder = resolve(import.meta.dirname, '..', '..', 'node_modules', 'electron')

/** The Electron binary that is on this machine, or why its window cannot be tested. Asking the package itself would download one. */
export function electronBinary(): { path: string } | { why: string } {
  const pathFile = join(packageFolder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : defaultName()
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist')
  const binary = join(folder, name)
  if (!existsSync(binary)) return { why: 'no Electron binary' }
  const headless = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']
  return headless ? { why: 'no display for Electron (xvfb-run gives one)' } : { path: binary }
}

function defaultName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}
