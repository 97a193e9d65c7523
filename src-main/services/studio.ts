import { removeForgottenScratch } from '../data/importers/walk'
import type { EngineClientOptions } from '../engine/client'
import { openWorkspace } from '../storage/workspace'
import { readdir, rm } from 'node:fs/promises'
import { platform, release } from 'node:os'
import { join } from 'node:path'
import { version } from '../../package.json'
import type { Workspace } from '../storage/workspace'
import { hearConsole } from './consoleLog'
import type { Shell, StudioContext } from './context'
import { openDatasetStore } from './datasetStore'
import type { InstallOptions } from '../engine/install/installEngine'
import { createEngineInstaller } from './engineInstaller'
import { createEngines } from './engines'
import { createEventHub } from './eventHub'
import { createJobList } from './jobs'
import { noteJob, openLog } from './log'
import { openModelStore } from './modelStore'
import { createTrainingQueue } from './queue'
import type { StudioRouter } from './router'
import { router } from './router'
import { openRunStore } from './runStore'
import type { RunStore } from './runStore'
import { openSettings } from './settings'
import { beginTraining } from './training'
import { emptyOldTrash } from './trash'
import { removeForgottenUploads } from './uploads'

export interface StudioOptions {
  /** Workspace folder; whoever calls holds its owner lock. */
  home: string
  shell: Shell
  engine?: EngineClientOptions
  /** Other wheels and another place for them: for tests. */
  install?: InstallOptions
}

export interface Studio {
  router: StudioRouter
  context: StudioContext
  /** Pauses what trains (with a checkpoint), ends every stream and the engines, writes what is pending. */
  close(): Promise<void>
}

/** Everything behind the contract. Runs that waited go on, except for one command, which does what it was asked and no more. */
export async function createStudio({ home, shell, engine, install }: StudioOptions): Promise<Studio> {
  const workspace = await openWorkspace(home)
  const hub = createEventHub()
  const log = openLog(workspace, hub)
  const stopHearing = hearConsole(log)
  log.write('info', 'studio', `Chainrule ${version} opened (${shell}): ${platform()} ${release()} ${process.arch}, Node ${process.versions.node}`)
  const settings = await openSettings(workspace, hub)
  await removeLeftovers(workspace)
  const datasets = await openDatasetStore(workspace, hub)
  const models = await openModelStore(workspace, hub)
  const runs = await openRunStore(workspace, hub)
  await markInterrupted(runs)
  const jobs = createJobList(hub, (job) => noteJob(log, job))
  const engines = createEngines(hub, log, engine, () => ({
    ...(settings.current.engine === 'wasm' ? { prefer: 'wasm' as const } : {}),
    ...(settings.current.threads === null ? {} : { threads: settings.current.threads }),
  }))
  const parts = { workspace, shell, hub, datasets, models, runs, jobs, engines, settings, log }
  const queue = await createTrainingQueue({
    workspace,
    isQueued: (id) => runs.has(id) && runs.get(id).status === 'queued',
    obeysPause: shell !== 'cli',
    begin: (id) => beginTraining(parts, id),
    onChange: () => hub.emit('system'),
  })
  const engineInstaller = createEngineInstaller({ hub, engines, jobs, queue, runs, ...(install ? { options: install } : {}) })
  const context: StudioContext = { ...parts, queue, engineInstaller }
  // A run whose record says 'queued' but which the queue's file does not name: the two were written by a process that died between.
  for (const run of runs.list().reverse()) {
    if (run.status === 'queued' && !queue.waiting().includes(run.id)) await queue.enqueue(run.id)
  }
  queue.open({ includeWaiting: shell !== 'cli' })
  return {
    router,
    context,
    async close() {
      await queue.close()
      await hub.close()
      await engineInstaller.close()
      await engines.close()
      await runs.close()
      log.write('info', 'studio', 'Closed')
      stopHearing()
    },
  }
}

/** Runs that were training when the studio's process ended. */
async function markInterrupted(runs: RunStore): Promise<void> {
  for (const { id, status } of runs.list()) {
    if (status !== 'starting' && status !== 'running') continue
    await runs.checkpoints(id).clean()
    const { record } = await runs.checkpoints(id).lastSound()
    const mend = record
      ? `Resume it to go on from its checkpoint of step ${record.step}; nothing up to there is lost.`
      : 'It had no checkpoint yet: resume it to start it again.'
    await runs.save(id, {
      status: 'interrupted',
      error: `The studio's process ended while this run was training. ${mend}`,
      progress: { ...runs.get(id).progress, etaSeconds: null },
    })
  }
}

/** What imports and removals that were cut off have left behind. */
async function removeLeftovers(workspace: Workspace): Promise<void> {
  for (const folder of [workspace.datasets, workspace.runs]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith('.') && /^\.deleted-|\.partial-/.test(name)) await rm(join(folder, name), { recursive: true, force: true })
    }
  }
  await emptyOldTrash(workspace)
  await removeForgottenUploads(workspace)
  await removeForgottenScratch()
}
