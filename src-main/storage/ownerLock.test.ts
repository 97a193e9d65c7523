import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { Owner } from './ownerLock'
import { acquireOwnerLock, isAlive, readOwner } from './ownerLock'

let path: string
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'chainrule-lock-')), 'owner.lock')
})

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid!
}

test('the first takes the workspace, the second learns where to join, and a release frees it', async () => {
  const lock = await acquireOwnerLock(path, 'serve')
  expect(await acquireOwnerLock(path, 'cli')).toBeNull()
  await lock!.announce({ address: 'http://127.0.0.1:4173', token: 'secret' })
  expect(await readOwner(path)).toMatchObject({ pid: process.pid, shell: 'serve', address: 'http://127.0.0.1:4173', token: 'secret' })
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  await lock!.release()
  const next = await acquireOwnerLock(path, 'cli')
  expect(next?.owner.shell).toBe('cli')
  await next!.release()
  expect(await readdir(dirname(path))).toEqual([])
})

test('the lock of a dead process is taken over', async () => {
  const lock = await acquireOwnerLock(path, 'serve')
  await writeFile(path, JSON.stringify({ ...lock!.owner, pid: await deadPid(), key: 'dead' } satisfies Owner))
  const taken = await acquireOwnerLock(path, 'electron')
  expect(taken?.owner).toMatchObject({ pid: process.pid, shell: 'electron' })
  // The former owner, were it to come to itself, does not remove what is another's now.
  await lock!.release()
  expect(await readOwner(path)).toMatchObject({ shell: 'electron' })
})

test.skipIf(process.platform !== 'linux')('a pid that now belongs to another process does not hold the workspace', async () => {
  const lock = await acquireOwnerLock(path, 'serve')
  expect(isAlive(lock!.owner)).toBe(true)
  expect(isAlive({ ...lock!.owner, processStart: 'earlier' })).toBe(false)
})

test('an owner on another machine is never pushed aside', async () => {
  const lock = await acquireOwnerLock(path, 'serve')
  await writeFile(path, JSON.stringify({ ...lock!.owner, host: 'elsewhere', pid: await deadPid() }))
  expect(await acquireOwnerLock(path, 'cli')).toBeNull()
})

test('a lock file of nonsense, as a full disk leaves it, is replaced', async () => {
  await writeFile(path, '{"pid":')
  expect(await acquireOwnerLock(path, 'cli')).not.toBeNull()
})

test('of many that try at once to take over a dead lock, exactly one wins', async () => {
  const first = await acquireOwnerLock(path, 'serve')
  await writeFile(path, JSON.stringify({ ...first!.owner, pid: await deadPid(), key: 'dead' }))
  const locks = await Promise.all(Array.from({ length: 12 }, () => acquireOwnerLock(path, 'cli')))
  expect(locks.filter((lock) => lock !== null)).toHaveLength(1)
})
