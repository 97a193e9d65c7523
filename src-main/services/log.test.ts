import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openWorkspace } from '../storage/workspace'
import { hearConsole } from './consoleLog'
import type { EventHub } from './eventHub'
import { createEventHub } from './eventHub'
import { discreet, engineLines, openLog } from './log'
import type { StudioLog } from './log'

let home: string
let hub: EventHub
let log: StudioLog
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-log-'))
  hub = createEventHub()
  log = openLog(await openWorkspace(home), hub)
})
afterEach(async () => {
  await hub.close()
  await rm(home, { recursive: true, force: true })
})

test('neither the home folder nor a token is written down', () => {
  expect(discreet('cannot read /home/ada/secret/data.npy', '/home/ada')).toBe('cannot read ~/secret/data.npy')
  expect(discreet('http://127.0.0.1:4000/?token=abc-DEF_1 refused')).toBe('http://127.0.0.1:4000/?token=… refused')
})

test('entries count on where the last studio of the workspace stopped', async () => {
  log.write('info', 'studio', 'one')
  log.write('error', 'window', 'two')
  const again = openLog(await openWorkspace(home), hub)
  again.write('info', 'studio', 'three')
  expect(again.entries.map(({ number, level, text }) => [number, level, text])).toEqual([
    [0, 'info', 'one'],
    [1, 'error', 'two'],
    [2, 'info', 'three'],
  ])
})

test('the error output of an engine is cut into lines, each with its level', () => {
  const hear = engineLines(log, 'training')
  hear('I0000 00:00:17 cpu_feature_guard.cc:227] This TensorFlow')
  hear(' binary is optimized\nE0000 00:00:18 cuda: failed\n\nW0000 00:00:19 slow\nRangeError: out of')
  hear(' bounds\n')
  expect(log.entries.map(({ level, text }) => [level, text])).toEqual([
    ['info', 'training: I0000 00:00:17 cpu_feature_guard.cc:227] This TensorFlow binary is optimized'],
    ['error', 'training: E0000 00:00:18 cuda: failed'],
    ['warning', 'training: W0000 00:00:19 slow'],
    ['error', 'training: RangeError: out of bounds'],
  ])
})

test('what the process says of faults is in the log and where it was said before; then the console is as it was', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const before = console.error
  const stop = hearConsole(log)
  const stopOther = hearConsole({ write: () => {} })
  console.error('Fault in %s', 'here')
  stop()
  console.error('not heard any more')
  stopOther()
  expect(log.entries.map(({ level, text }) => [level, text])).toEqual([['error', 'Fault in here']])
  expect(said).toHaveBeenCalledTimes(2)
  expect(console.error).toBe(before)
  said.mockRestore()
})
