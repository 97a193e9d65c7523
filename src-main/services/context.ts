import type { Workspace } from '../storage/workspace'
import type { DatasetStore } from './datasetStore'
import type { EngineInstaller } from './engineInstaller'
import type { Engines } from './engines'
import type { EventHub } from './eventHub'
import type { JobList } from './jobs'
import type { StudioLog } from './log'
import type { ModelStore } from './modelStore'
import type { RunStore } from './runStore'
import type { SettingsStore } from './settings'
import type { TrainingQueue } from './queue'

export type Shell = 'electron' | 'serve' | 'cli'

/** Everything the services work on; one per studio. (A type, not an interface: oRPC contexts have index signatures.) */
export type StudioContext = {
  readonly workspace: Workspace
  readonly shell: Shell
  readonly hub: EventHub
  readonly datasets: DatasetStore
  readonly models: ModelStore
  readonly runs: RunStore
  readonly jobs: JobList
  readonly engines: Engines
  readonly queue: TrainingQueue
  readonly settings: SettingsStore
  readonly log: StudioLog
  readonly engineInstaller: EngineInstaller
}
