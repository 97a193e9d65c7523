import { readFileSync } from 'node:fs'
import { fingerprint } from './fingerprint.mjs'
import { inRoot, remember, remembered } from './project.mjs'
import { SetupError } from './report.mjs'
import { lastLine, onPath, run } from './run.mjs'

const files = ['package.json', 'package-lock.json', '.npmrc']

const readLock = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return null
  }
}

/** Whether npm itself recorded having installed what the lock file asks for; packages for other platforms may be absent. */
function installedAsLocked() {
  const wanted = readLock(inRoot('package-lock.json'))
  const present = readLock(inRoot('node_modules', '.package-lock.json'))
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const installed = present[path]
    if (!installed) return Boolean(entry.optional || entry.devOptional)
    return installed.version === entry.version && installed.integrity === entry.integrity
  })
}

export function packagesAreCurrent() {
  const known = remembered().packages
  if (!known || !readLock(inRoot('node_modules', '.package-lock.json'))) return false
  return fingerprint(files, known).content === known.content
}

export async function installPackages({ report, signal }) {
  if (!installedAsLocked()) {
    const fresh = readLock(inRoot('node_modules', '.package-lock.json')) === null
    report.say(fresh ? 'Installing the npm packages (about a minute)' : 'Updating the npm packages')
    // npm ci begins by deleting node_modules, and with it the compiled engine: only where there is nothing to lose.
    const args = fresh ? ['ci'] : ['install', '--no-save']
    const env = { ...process.env, NODE_ENV: 'development' }
    const npm = process.env.npm_execpath
    const quiet = ['--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']
    const result = npm
      ? await run(process.execPath, [npm, ...args, ...quiet], { env, signal })
      : await run(onPath('npm') ?? 'npm', [...args, ...quiet], { env, signal })
    signal?.throwIfAborted()
    if (result.code !== 0) {
      report.stream.write(result.output)
      throw new SetupError(
        `npm could not install the packages: ${lastLine(result.output.replace(/^npm (error|ERR!) A complete log.*$/gm, ''))}`,
        'Check the network and npm ping, then start again.',
      )
    }
  }
  await remember({ packages: fingerprint(files) })
}
