import { pathToFileURL } from 'node:url'
import { inRoot } from './project.mjs'

/** Goes on as one of the studio's own programs (out/main/<name>.js), in this process: no second one to start and to signal. */
export async function handOver(name, args) {
  passSignalsOnce()
  const program = inRoot('out', 'main', `${name}.js`)
  process.argv = [process.argv[0], program, ...args]
  await import(pathToFileURL(program).href)
}

/**
 * One Ctrl-C can reach this process twice: from the terminal, and again from npm, which passes it on. The studio takes a
 * second Ctrl-C for impatience and stops at once, without its checkpoint; so an echo is dropped.
 */
function passSignalsOnce() {
  const emit = process.emit
  const last = {}
  process.emit = function (name, ...rest) {
    if (name === 'SIGINT' || name === 'SIGTERM') {
      const echo = Date.now() - (last[name] ?? 0) < 300
      last[name] = Date.now()
      if (echo) return true
    }
    return emit.call(this, name, ...rest)
  }
}
