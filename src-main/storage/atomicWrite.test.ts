import { existsSync } from 'node:fs'
import { appendFile, chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorageError, openLineAppender, readLines, writeFileAtomically, writeJsonAtomically } from './atomicWrite'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'))
})
afterEach(async () => {
  await chmod(folder, 0o755)
  await rm(folder, { recursive: true })
})

describe('atomic writes', () => {
  it('replaces the whole file and leaves nothing else behind', async () => {
    const path = join(folder, 'record.json')
    await writeJsonAtomically(path, { a: 1 })
    await writeJsonAtomically(path, { a: 2 })
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: 2 })
    expect(await readdir(folder)).toEqual(['record.json'])
  })

  it('keeps the old content when writing fails half-way', async () => {
    const path = join(folder, 'weights.bin')
    await writeFileAtomically(path, 'old')
    const failing = function* (): Generator<Uint8Array> {
      yield Buffer.from('new, but')
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    }
    await expect(writeFileAtomically(path, failing())).rejects.toThrow(/weights\.bin: the disk is full/)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['weights.bin'])
  })

  it.skipIf(!existsSync('/dev/full'))('says in words that the disk is full', async () => {
    const appender = await openLineAppender('/dev/full')
    await expect(appender.append(['line'])).rejects.toThrow(StorageError)
    await expect(appender.append(['line'])).rejects.toThrow(/\/dev\/full: the disk is full/)
    await appender.close()
  })

  it('names a folder that does not exist', async () => {
    await expect(writeFileAtomically(join(folder, 'none', 'x'), '')).rejects.toThrow(/does not exist/)
  })
})

describe('a file of lines', () => {
  it('appends in order, without waiting in between', async () => {
    const path = join(folder, 'metrics.jsonl')
    const appender = await openLineAppender(path)
    await Promise.all([appender.append(['a', 'b']), appender.append(['c']), appender.append([])])
    await appender.sync()
    await appender.close()
    expect(await readLines(path)).toEqual({ lines: ['a', 'b', 'c'], torn: null })
  })

  it('reports a torn last line and cuts it off when it goes on', async () => {
    const path = join(folder, 'metrics.jsonl')
    await writeFile(path, 'erste größe\nzweite\n')
    await appendFile(path, '{"step": 1')
    expect(await readLines(path)).toEqual({ lines: ['erste größe', 'zweite'], torn: '{"step": 1' })
    const appender = await openLineAppender(path)
    await appender.append(['dritte'])
    await appender.close()
    expect(await readFile(path, 'utf8')).toBe('erste größe\nzweite\ndritte\n')
  })

  it('reads no lines from no file', async () => {
    await mkdir(join(folder, 'sub'))
    expect(await readLines(join(folder, 'none'))).toEqual({ lines: [], torn: null })
    await expect(readLines(join(folder, 'sub'))).rejects.toThrow(StorageError)
  })
})
