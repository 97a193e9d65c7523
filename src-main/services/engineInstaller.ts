import type { EngineInstallation } from '../contract/records/engine'
import type { Job } from '../contract/records/job'
import { UserError } from '../data/userError'
import { EngineInstallError } from '../engine/install/engineInstallError'
import { installEngine } from '../engine/install/installEngine'
import type { InstallOptions, InstallOutcome } from '../engine/install/installEngine'
import { engineRoot, installedEngines, plannedEngine, removeEngine } from '../engine/install/installed'
import { bytesUnder } from '../storage/diskUse'
import type { Engines } from './engines'
import type { EventHub } from './eventHub'
import { sleep } from './eventHub'
import type { JobHandle, JobList } from './jobs'
import type { TrainingQueue } from './queue'
import type { RunStore } from './runStore'

export interface EngineInstaller {
  /** Why the engine must be left alone now; null when it need not. */
  blocked(): string | null
  installation(): Promise<EngineInstallation>
  /** Answers at once; the job says how it goes on. */
  install(): Job
  remove(name: string): Promise<void>
  /** Waits until an installation that was cut off has let go of its files. */
  close(): Promise<void>
}

interface Parts {
  hub: EventHub
  engines: Engines
  jobs: JobList
  queue: Pick<TrainingQueue, 'active'>
  runs: Pick<RunStore, 'has' | 'get'>
  options?: InstallOptions
}

/** Share of a step before which no time is foretold. */
const EARLY = 0.05
/** A download that is told to end does so at once, or is ended after three seconds. */
const CLOSING_MILLISECONDS = 4_000

/** Installs and removes native engines from within the studio, never under a model that is at work. */
export function createEngineInstaller({ hub, engines, jobs, queue, runs, options = {} }: Parts): EngineInstaller {
  let installing: JobHandle | null = null
  let ended: Promise<void> = Promise.resolve()

  function blocked(): string | null {
    if (installing) return 'The engine is being installed. Cancel that first, or wait until it has ended.'
    const active = queue.active?.runId
    if (active !== undefined) {
      const name = runs.has(active) ? runs.get(active).name : active
      return `‘${name}’ is training, and the engine cannot be changed under it. Pause the run; it resumes exactly where it was.`
    }
    const busy = jobs.list().find(({ status, kind }) => status === 'running' && (kind === 'score' || kind === 'sample'))
    return busy ? `‘${busy.title}’ is using the engine. Wait until it has ended, or cancel it.` : null
  }

  function refuseWhileBusy(): void {
    const why = blocked()
    if (why !== null) throw new UserError(why)
  }

  async function carryOut(job: JobHandle): Promise<void> {
    try {
      const outcome = await installEngine({
        ...options,
        signal: AbortSignal.any([job.signal, hub.closed]),
        onProgress: ({ text, done = 0, total = null }) => {
          // The first bytes of a download say nothing about its end.
          const early = total === null || done < EARLY * total
          job.update({ detail: text, done, total, unit: total === null ? '' : 'bytes', ...(early ? { etaSeconds: null } : {}) })
        },
      })
      installing = null
      // A run that has begun meanwhile keeps the engine that it began with.
      if (outcome.changed && blocked() === null) await engines.reset()
      const failed = outcome.engine === 'tensorflow' && outcome.failures.length === 0 ? null : failureOf(outcome)
      job.finish(failed === null || outcome.engine === 'tensorflow' ? 'done' : 'failed', failed)
    } catch (error) {
      const cancelled = job.signal.aborted || hub.closed.aborted
      job.finish(cancelled ? 'cancelled' : 'failed', cancelled ? null : error instanceof Error ? error.message : String(error))
    } finally {
      installing = null
      hub.emit('system')
    }
  }

  return {
    blocked,
    async installation() {
      const found = await installedEngines(options)
      const installed = []
      for (const { folder, ...engine } of found) installed.push({ ...engine, bytes: await bytesUnder(folder) })
      const planned = plannedEngine(options)
      return {
        folder: engineRoot(options),
        installed,
        plan: planned && {
          name: planned.plan.name,
          tensorflow: planned.plan.tensorflow,
          device: planned.plan.device,
          downloadBytes: planned.plan.wheels.reduce((sum, { bytes }) => sum + bytes, 0),
          unpackedBytes: planned.plan.unpackedBytes,
        },
        ready: planned?.ready ?? false,
        blocked: blocked(),
        jobId: installing?.id ?? null,
      }
    },
    install() {
      refuseWhileBusy()
      installing = jobs.start({ kind: 'engine-install', title: 'Engine installation' })
      const { job } = installing
      ended = carryOut(installing)
      return { ...job }
    },
    async remove(name) {
      refuseWhileBusy()
      await engines.reset()
      try {
        await removeEngine(name, options)
      } catch (error) {
        throw error instanceof EngineInstallError ? new UserError(`${error.message}.`, { mend: error.mend }) : error
      } finally {
        hub.emit('system')
      }
    },
    async close() {
      const waited = new AbortController()
      await Promise.race([ended, sleep(CLOSING_MILLISECONDS, waited.signal)])
      waited.abort()
    },
  }
}

/** What went wrong on each better way, with its mend. */
const failureOf = ({ failures }: InstallOutcome): string => failures.map(({ way, message, mend }) => `${way}: ${message}. ${mend}`).join('\n')
