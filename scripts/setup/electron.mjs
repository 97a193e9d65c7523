import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, inRoot, remember, remembered } from './project.mjs'
import { run } from './run.mjs'

const day = 24 * 3_600_000
/** Without a byte for so long, the download counts as blocked: closed networks often swallow packets rather than refuse. */
const silenceMs = 20_000

function installedElectron() {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  let name = names[process.platform] ?? 'electron'
  try {
    name = readFileSync(inRoot('node_modules', 'electron', 'path.txt'), 'utf8')
  } catch {
    // Written by Electron's own download, which has not run.
  }
  const path = join(override ?? inRoot('node_modules', 'electron', 'dist'), name)
  return existsSync(path) ? path : null
}

async function bytesUnder(folder) {
  let sum = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
  }
  return sum
}

/**
 * The Electron program as { path }, or { why } there is none, in one line. The npm package brings no binary: it fetches
 * one on first use, from a host that closed networks block; a failure is remembered for a day.
 */
export async function findElectron({ report, signal, again = false }) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { why: 'no display was found' }
  if (process.platform === 'linux' && process.getuid?.() === 0) return { why: 'Electron does not open windows for the root user' }
  const installed = installedElectron()
  if (installed) return { path: installed }
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH)
    return { why: `ELECTRON_OVERRIDE_DIST_PATH has no Electron in ${process.env.ELECTRON_OVERRIDE_DIST_PATH}` }
  const failed = remembered().electronFailure
  if (failed && !again && Date.now() - failed < day) return { why: "Electron's download failed earlier today" }

  const temporary = join(cacheFolder, `electron-${process.pid}`)
  await mkdir(temporary, { recursive: true })
  const silent = new AbortController()
  let seen = 0
  let since = Date.now()
  const watch = setInterval(async () => {
    const bytes = await bytesUnder(temporary)
    if (bytes !== seen) {
      seen = bytes
      since = Date.now()
      report.progress(`Fetching the Electron window (about 110 MB): ${Math.round(bytes / 1e6)} MB`)
    } else if (Date.now() - since > silenceMs) silent.abort()
  }, 500)
  try {
    report.progress('Fetching the Electron window (about 110 MB)')
    await run(process.execPath, [inRoot('node_modules', 'electron', 'install.js')], {
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      signal: signal ? AbortSignal.any([signal, silent.signal]) : silent.signal,
    })
  } finally {
    clearInterval(watch)
    await rm(temporary, { recursive: true, force: true })
  }
  signal?.throwIfAborted()
  const path = installedElectron()
  await remember({ electronFailure: path ? undefined : Date.now() })
  return path ? { path } : { why: "Electron's binary could not be downloaded" }
}
