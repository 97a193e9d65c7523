/**
 * A lock file that two processes agree on: whoever creates it works, everyone else waits.
 *
 * Plain JavaScript on Node's own modules alone, since the set-up scripts need it before anything is installed.
 */
import { open, readFile, rm, stat, utimes, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const heartbeatMs = 5_000
/** A holder that lives but has not touched its lock for so long is taken for a reused process id. */
const staleAfterMs = 10 * 60_000

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} path */
async function readHolder(path) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const age = Date.now() - mtimeMs
    let holder = null
    try {
      holder = JSON.parse(text)
    } catch {
      // Half written: its writer is either about to finish or died between creating and writing.
    }
    if (!holder) return { stale: age > 2_000, pid: 0 }
    const dead = holder.host === hostname() && !isAlive(holder.pid)
    return { stale: dead || age > staleAfterMs, pid: holder.pid }
  } catch {
    return null
  }
}

/** @param {string} path */
async function tryCreate(path) {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() }))
    await file.close()
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a dead holder's file. One process at a time may do so, which a second file sees to, and looks again first:
 * else, of two that have found the same dead holder, the slower would remove the quicker one's fresh lock.
 * @param {string} path
 */
async function removeStale(path) {
  const guard = `${path}.takeover`
  if (!(await tryCreate(guard))) {
    // Held for milliseconds, so one that is old was left by a process that died just then.
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > 10_000) await rm(guard, { force: true })
    await sleep(5)
    return
  }
  try {
    if ((await readHolder(path))?.stale) await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/**
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, onWait?: (pid: number) => void, pollMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(path, work, options = {}) {
  await mkdir(dirname(path), { recursive: true })
  let told = false
  while (!(await tryCreate(path))) {
    options.signal?.throwIfAborted()
    const holder = await readHolder(path)
    if (holder?.stale) {
      await removeStale(path)
      continue
    }
    if (holder && !told) {
      told = true
      options.onWait?.(holder.pid)
    }
    await sleep(options.pollMs ?? 300, undefined, options.signal ? { signal: options.signal } : {})
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, heartbeatMs)
  heartbeat.unref()
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    await rm(path, { force: true })
  }
}
