import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLogFile } from './logFile'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'chainrule-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const line = (text: string) => ({ at: '2026-01-02T03:04:05.000Z', level: 'info' as const, source: 'studio' as const, text })

test('the log is read again, a torn line left out', () => {
  const first = openLogFile(folder)
  first.append(line('one'))
  first.append(line('two\nlines'))
  appendFileSync(first.path, '{"at":"2026-01-02T0')
  const second = openLogFile(folder)
  second.append(line('three'))
  expect(second.read().map(({ text }) => text)).toEqual(['one', 'two\nlines', 'three'])
})

test('two files of bounded size: the newest lines are kept, however many were written', () => {
  const log = openLogFile(folder, { bytes: 2_000 })
  for (let index = 0; index < 200; index++) log.append(line(`entry ${index}`))
  expect(readdirSync(folder).sort()).toEqual(['studio.1.log', 'studio.log'])
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(2_000)
  const texts = log.read().map(({ text }) => text)
  expect(texts.at(-1)).toBe('entry 199')
  expect(texts.length).toBeGreaterThan(20)
  expect(texts).toEqual(Array.from({ length: texts.length }, (_, index) => `entry ${200 - texts.length + index}`))
})

test('a folder that cannot be made costs the log and nothing else', () => {
  appendFileSync(join(folder, 'file'), '')
  const log = openLogFile(join(folder, 'file', 'logs'))
  log.append(line('lost'))
  expect(log.read()).toEqual([])
})
