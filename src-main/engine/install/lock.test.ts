import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withLock } from './lock.mjs'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chainrule-lock-'))
  path = join(folder, 'deep', 'work.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('lets one in at a time, and all of them in the end', async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(5)
    inside -= 1
  }
  await Promise.all(Array.from({ length: 12 }, () => withLock(path, work, { pollMs: 3 })))
  expect(most).toBe(1)
  expect(existsSync(path)).toBe(false)
})

it('is given back when the work fails', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await withLock(path, () => Promise.resolve('yes'))).toBe('yes')
})

it('is taken over from a dead process by exactly one of those who wait', async () => {
  await withLock(path, () => Promise.resolve())
  writeFileSync(path, JSON.stringify({ pid: 999_999_999, host: hostname() }))
  let inside = 0
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      withLock(
        path,
        async () => {
          inside += 1
          await sleep(3)
          const alone = inside === 1
          inside -= 1
          return alone
        },
        { pollMs: 2 },
      ),
    ),
  )
  expect(answers).toEqual(Array.from({ length: 8 }, () => true))
})

it('is respected while its holder lives, and waiting can be given up', async () => {
  await withLock(path, async () => {
    const waits: number[] = []
    const waiting = withLock(path, () => Promise.resolve(), {
      signal: AbortSignal.timeout(50),
      onWait: (pid) => waits.push(pid),
      pollMs: 5,
    })
    await expect(waiting).rejects.toThrow()
    expect(waits).toEqual([process.pid])
    expect(existsSync(path)).toBe(true)
  })
})
