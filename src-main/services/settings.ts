import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { defaultSettings, settingNames } from '../contract/records/settings'
import type { Settings, SettingsChange } from '../contract/records/settings'
import { settingsRecordType } from '../storage/records/settingsRecord'
import type { Workspace } from '../storage/workspace'
import type { StudioContext } from './context'
import { messageOf } from './errors'
import type { EventHub } from './eventHub'
import { changes } from './eventHub'

export interface SettingsStore {
  readonly current: Settings
  /** What could not be read, in a sentence; the defaults stand in. */
  readonly problems: readonly string[]
  update(change: SettingsChange): Promise<Settings>
  /** Back to the defaults: those named, or all. */
  reset(names?: readonly (keyof Settings)[]): Promise<Settings>
}

/** The workspace's settings, kept in one small file. A damaged file is put aside at the next change, never overwritten. */
export async function openSettings({ settingsFile }: Workspace, hub: EventHub): Promise<SettingsStore> {
  let values: SettingsChange = {}
  let problem: string | null = null
  if (existsSync(settingsFile)) {
    try {
      values = (await settingsRecordType.read(settingsFile)).values
    } catch (error) {
      problem = `${messageOf(error)} The defaults are used until a setting is changed.`
    }
  }
  let last: Promise<unknown> = Promise.resolve()
  const current = (): Settings => ({ ...defaultSettings, ...values })

  /** One change after another, whichever window asks. Only what is on disk counts as changed. */
  function change(make: (before: SettingsChange) => SettingsChange): Promise<Settings> {
    const next = last.then(async () => {
      const changed = make(values)
      if (problem !== null) await rename(settingsFile, settingsFile.replace(/\.json$/, '.damaged.json'))
      await settingsRecordType.write(settingsFile, { type: 'settings', version: 1, values: changed })
      values = changed
      if (problem !== null) hub.emit('system')
      problem = null
      hub.emit('settings')
      return current()
    })
    last = next.catch(() => {})
    return next
  }

  return {
    get current() {
      return current()
    },
    get problems() {
      return problem === null ? [] : [problem]
    },
    update: (given) => change((before) => ownOf({ ...before, ...given })),
    reset: (names) => change((before) => (names ? ownOf({ ...before, ...Object.fromEntries(names.map((name) => [name, defaultSettings[name]])) }) : {})),
  }
}

/** What differs from the defaults, so that a better default of a later version reaches whoever chose none. */
function ownOf(values: SettingsChange): SettingsChange {
  return Object.fromEntries(
    settingNames.filter((name) => values[name] !== undefined && values[name] !== defaultSettings[name]).map((name) => [name, values[name]]),
  ) satisfies SettingsChange
}

export async function updateSettings(context: StudioContext, given: SettingsChange): Promise<Settings> {
  return applied(context, () => context.settings.update(given))
}

export async function resetSettings(context: StudioContext, names?: readonly (keyof Settings)[]): Promise<Settings> {
  return applied(context, () => context.settings.reset(names))
}

/** Engines that wait for work are let go, so that the next one starts as it is now wanted; one at work stays as it is until it ends. */
async function applied({ settings, engines, engineInstaller }: StudioContext, change: () => Promise<Settings>): Promise<Settings> {
  const before = settings.current
  const now = await change()
  if ((before.engine !== now.engine || before.threads !== now.threads) && engineInstaller.blocked() === null) await engines.reset()
  return now
}

export async function* watchSettings({ hub, settings }: StudioContext, signal: AbortSignal | undefined): AsyncGenerator<Settings, void> {
  for await (const _ of changes({ hub, topics: ['settings'], signal })) yield settings.current
}
