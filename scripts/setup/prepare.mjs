import { join } from 'node:path'
import { withLock } from '../../src-main/engine/install/lock.mjs'
import { build, buildIsCurrent } from './build.mjs'
import { compileKernels } from '../kernels.mjs'
import { installEngine } from './engine.mjs'
import { installPackages, packagesAreCurrent } from './packages.mjs'
import { cacheFolder } from './project.mjs'
import { SetupError } from './report.mjs'

/** The oldest Node that the studio runs on. */
const oldest = [20, 19]

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new SetupError(
    `Node ${process.versions.node} is too old: Chainrule needs ${oldest.join('.')} or later`,
    'Install a current Node (nodejs.org, or your version manager) and start again.',
  )
}

/**
 * Packages, engine, build: whatever is missing or has changed. Quick when nothing has. Two commands at once on one clone
 * take turns: the second finds everything done.
 */
export async function prepare({ report, signal, patient = true, withBuild = true }) {
  checkNode()
  const locked = (work) =>
    withLock(join(cacheFolder, 'setup.lock'), work, {
      ...(signal ? { signal } : {}),
      onWait: (pid) => report.say(`Another command (process ${pid}) is setting this clone up: waiting for it`),
    })
  if (!packagesAreCurrent()) {
    await locked(async () => {
      if (!packagesAreCurrent()) await installPackages({ report, signal })
    })
  }
  // Type checks and tests import the compiled kernels, and a build is current only with the present ones.
  await kernels(report)
  // The installer has a lock of its own, shared by all clones.
  await installEngine({ report, signal, patient })
  if (withBuild && !buildIsCurrent()) {
    await locked(async () => {
      if (!buildIsCurrent()) await build({ report, signal })
    })
  }
}

async function kernels(report) {
  try {
    await compileKernels({ onStart: () => report.progress('Compiling the sampling kernels') })
  } catch (error) {
    throw new SetupError(error.message, 'In an unchanged clone: delete node_modules and start again.')
  }
}

/** Runs a script's main function: failures in plain words with what to do about them, Ctrl-C quietly. */
export async function main(report, work) {
  const abort = new AbortController()
  let first = 0
  const stop = () => {
    // One Ctrl-C arrives twice, from the terminal and from npm; a second one, later, means at once.
    if (first && Date.now() - first > 500) process.exit(130)
    first ||= Date.now()
    abort.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    return await work(abort.signal, () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    })
  } catch (error) {
    if (abort.signal.aborted) {
      report.say('Stopped. What was downloaded whole is kept, so the next start goes on from there.')
      process.exitCode = 130
    } else if (error instanceof SetupError) {
      report.say(`${error.message}\n  What to do: ${error.mend}`)
      process.exitCode = 2
    } else {
      report.say(error?.stack ?? String(error))
      process.exitCode = 2
    }
    return null
  }
}
