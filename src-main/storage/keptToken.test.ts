import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { keptToken } from './keptToken'

let path: string
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'chainrule-token-')), 'serve.token')
})

test('a token is made once, is 32 random bytes, and is its owner’s alone to read', async () => {
  const token = await keptToken(path)
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(await keptToken(path)).toBe(token)
  expect((await readFile(path, 'utf8')).trim()).toBe(token)
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a new one is made when it is asked for, and where the file holds none', async () => {
  const token = await keptToken(path)
  const next = await keptToken(path, true)
  expect(next).not.toBe(token)
  expect(await keptToken(path)).toBe(next)
  await writeFile(path, 'short\n')
  const mended = await keptToken(path)
  expect(mended).toMatch(/^[\w-]{43}$/)
  expect(mended).not.toBe(next)
})
