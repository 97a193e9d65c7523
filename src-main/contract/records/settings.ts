import { z } from 'zod'

/** One entry each, without defaults, so that a change names only what it changes. */
const fields = {
  theme: z.enum(['auto', 'light', 'dark']),
  /** Size of text and controls. */
  density: z.enum(['compact', 'normal', 'large']),
  motion: z.enum(['auto', 'reduce']),
  /** In which unit curves are shown at first. */
  unit: z.enum(['nats', 'bits/dim']),
  /** What stands between thousands. */
  grouping: z.enum(['comma', 'space', 'none']),
  /** Digits of likelihoods. */
  digits: z.enum(['usual', 'more']),
  /** Split on which checkpoints are scored and looked into at first. */
  split: z.enum(['train', 'valid', 'test']),
  /** So many examples of it; null: all. */
  examples: z.number().int().min(1).nullable(),
  /** Samples drawn at first. */
  samples: z.number().int().min(1).max(1024),
  /** Whether the desktop says when a run has ended. */
  notify: z.boolean(),
  /** 'best' is the first of the chain that works; 'wasm' leaves the native engine alone. */
  engine: z.enum(['best', 'wasm']),
  /** Cores that the engine may take; null: all. */
  threads: z.number().int().min(1).max(512).nullable(),
  /** Whether the tour is still to be offered. */
  tour: z.enum(['offered', 'declined', 'finished']),
}

/** What the user has chosen for this workspace, the same through every door. */
export const settingsSchema = z.object(fields)
export type Settings = z.infer<typeof settingsSchema>
export const settingNames = Object.keys(fields) as readonly (keyof Settings)[]

export const settingsChangeSchema = settingsSchema.partial()
export type SettingsChange = z.infer<typeof settingsChangeSchema>

export const defaultSettings: Settings = {
  theme: 'auto',
  density: 'normal',
  motion: 'auto',
  unit: 'nats',
  grouping: 'comma',
  digits: 'usual',
  split: 'test',
  examples: null,
  samples: 64,
  notify: false,
  engine: 'best',
  threads: null,
  tour: 'offered',
}
