import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprint } from './fingerprint.mjs'
import { cacheFolder, inRoot, remember, remembered } from './project.mjs'
import { SetupError } from './report.mjs'
import { run } from './run.mjs'

const inputs = ['src-main', 'src-preload', 'src-renderer', 'resources', 'electron.vite.config.ts', 'tsconfig.json', 'package-lock.json']
const outputs = ['out/main/cli.js', 'out/main/serve.js', 'out/main/worker.js', 'out/renderer/index.html']

export function buildIsCurrent() {
  const known = remembered().build
  return Boolean(known) && outputs.every((path) => existsSync(inRoot(path))) && fingerprint(inputs, known).content === known.content
}

/** Builds into a folder aside and swaps it in whole, so that a process starting meanwhile never meets half a build. */
export async function build({ report, signal }) {
  report.progress('Building the studio (about half a minute)')
  const before = fingerprint(inputs)
  const fresh = join(cacheFolder, `out-${process.pid}`)
  const old = join(cacheFolder, `out-${process.pid}-old`)
  await mkdir(cacheFolder, { recursive: true })
  try {
    const result = await run(
      process.execPath,
      [inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--outDir', fresh, '--logLevel', 'warn'],
      { signal },
    )
    signal?.throwIfAborted()
    if (result.code !== 0) {
      report.say(result.output.trim())
      throw new SetupError(
        'The studio could not be built',
        'The lines above name the file. In an unchanged clone: delete node_modules and start again.',
      )
    }
    const missing = outputs.map((path) => path.replace(/^out\//, '')).filter((path) => !existsSync(join(fresh, path)))
    if (missing.length > 0)
      throw new SetupError(`The build has no ${missing.join(', ')}`, 'Restore the missing source files (git status shows them).')
    if (existsSync(inRoot('out'))) await rename(inRoot('out'), old)
    await rename(fresh, inRoot('out'))
  } finally {
    await rm(fresh, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
  await remember({ build: before })
}
