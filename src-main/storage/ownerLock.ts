import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { StorageError, storageError } from './atomicWrite'

/**
 * One owner per workspace. `owner.lock` says who it is and where it listens; a second studio or command joins it there. The file
 * holds the token of that door, hence mode 0600. It is made by link(2), so it appears complete or not at all.
 */
export const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** When that process began, as the system counts it: a pid that was given to another process is not its owner. */
  processStart: z.string().nullable(),
  host: z.string(),
  shell: z.string(),
  startedAt: z.string(),
  /** 'http://host:port'; null until the owner listens. */
  address: z.string().nullable(),
  token: z.string().nullable(),
  /** Random, so that one owner is never taken for another. */
  key: z.string(),
})
export type Owner = z.infer<typeof ownerSchema>

export interface OwnerLock {
  readonly owner: Owner
  /** Tells others where to join. */
  announce(door: { address: string; token: string }): Promise<void>
  /** Removes the file, unless it has become another's. */
  release(): Promise<void>
}

/** Takes the workspace, also from an owner that died; null when a living one holds it (see `readOwner`). */
export async function acquireOwnerLock(path: string, shell: string): Promise<OwnerLock | null> {
  const owner: Owner = {
    pid: process.pid,
    processStart: processStart(process.pid),
    host: hostname(),
    shell,
    startedAt: new Date().toISOString(),
    address: null,
    token: null,
    key: randomBytes(8).toString('hex'),
  }
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await publish(path, owner)) return heldLock(path, owner)
    const found = await readOwner(path)
    if (found && isAlive(found)) return null
    await removeStale(path, found)
  }
  throw new StorageError(`Could not take the workspace: ${path} keeps changing. Close other studios on this workspace and try again.`, path)
}

/** Who holds the workspace; null when nobody does, or when the file cannot be understood. */
export async function readOwner(path: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

/** Whether the owner's process still runs. One on another machine (a shared disk) cannot be asked and counts as running. */
export function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return owner.processStart === null || owner.processStart === processStart(owner.pid)
}

/** Start time of a process in clock ticks since boot, with the boot's id; null where the system does not tell. */
function processStart(pid: number): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended, although its pid is still taken.
    if (fields[0] === 'Z') return 'ended'
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
  } catch {
    return null
  }
}

function heldLock(path: string, owner: Owner): OwnerLock {
  let current = owner
  const isMine = async (): Promise<boolean> => (await readOwner(path))?.key === owner.key
  return {
    get owner() {
      return current
    },
    async announce(door) {
      if (!(await isMine())) throw new StorageError(`${path} was taken by another studio.`, path)
      current = { ...current, ...door }
      const temporary = `${path}.${owner.key}`
      try {
        await writeFile(temporary, JSON.stringify(current), { mode: 0o600 })
        await rename(temporary, path)
      } catch (error) {
        throw storageError('write', path, error)
      }
    },
    async release() {
      if (await isMine()) await rm(path, { force: true })
    },
  }
}

async function publish(path: string, owner: Owner): Promise<boolean> {
  const temporary = `${path}.${owner.key}`
  try {
    await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 })
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw storageError('write', path, error)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Moves the dead owner's file away. Should another process have taken the workspace in the meantime, its file is put back. */
async function removeStale(path: string, stale: Owner | null): Promise<void> {
  const aside = `${path}.stale.${randomBytes(4).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw storageError('take over', path, error)
  }
  const moved = await readOwner(aside)
  if (moved && moved.key !== stale?.key && isAlive(moved)) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}
