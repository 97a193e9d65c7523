import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { allocatorEnvironment } from './allocator'

test('settings made by hand stand, and other systems have none', () => {
  expect(allocatorEnvironment({ GLIBC_TUNABLES: 'glibc.malloc.check=0' }, 'linux')).toEqual({})
  expect(allocatorEnvironment({}, 'darwin')).toEqual({})
  expect(Object.keys(allocatorEnvironment({}, 'linux'))).toEqual(['GLIBC_TUNABLES'])
})

test('the C library says nothing against them', () => {
  const env = { ...process.env, ...allocatorEnvironment({}) }
  expect(execFileSync(process.execPath, ['-e', 'process.stdout.write("ready")'], { env, encoding: 'utf8' })).toBe('ready')
})
