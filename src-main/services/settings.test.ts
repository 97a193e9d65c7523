import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultSettings } from '../contract/records/settings'
import { openWorkspace } from '../storage/workspace'
import { createEventHub } from './eventHub'
import { openSettings } from './settings'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chainrule-settings-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))
const open = async () => openSettings(await openWorkspace(home), createEventHub())
const stored = async (): Promise<unknown> => JSON.parse(await readFile(join(home, 'settings.json'), 'utf8'))

test('changes made at once by several windows are all kept, and only what differs from the defaults is written', async () => {
  const settings = await open()
  await Promise.all([settings.update({ theme: 'dark' }), settings.update({ samples: 16 }), settings.update({ examples: 500 }), settings.update({ unit: 'nats' })])
  expect(settings.current).toEqual({ ...defaultSettings, theme: 'dark', samples: 16, examples: 500 })
  expect(await stored()).toEqual({ type: 'settings', version: 1, values: { theme: 'dark', samples: 16, examples: 500 } })
  expect((await open()).current).toEqual(settings.current)
})

test('one setting or all go back to the defaults', async () => {
  const settings = await open()
  await settings.update({ theme: 'dark', split: 'valid', threads: 1 })
  expect(await settings.reset(['theme'])).toEqual({ ...defaultSettings, split: 'valid', threads: 1 })
  expect(await settings.reset()).toEqual(defaultSettings)
  expect(await stored()).toMatchObject({ values: {} })
})

test('a damaged file is reported, the defaults stand in, and the next change puts it aside', async () => {
  await writeFile(join(home, 'settings.json'), '{"type": "settings", "version": 1, "values": {"theme": "purple"}}')
  const settings = await open()
  expect(settings.current).toEqual(defaultSettings)
  expect(settings.problems[0]).toMatch(/settings\.json is damaged: values\.theme.*defaults/s)
  await settings.update({ theme: 'light' })
  expect(settings.problems).toEqual([])
  expect(await readFile(join(home, 'settings.damaged.json'), 'utf8')).toContain('purple')
  expect((await open()).current.theme).toBe('light')
})
