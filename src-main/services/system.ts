import { cpus, platform, release, totalmem } from 'node:os'
import type { z } from 'zod'
import { version } from '../../package.json'
import type { systemInfoSchema } from '../contract/records/system'
import type { StudioContext } from './context'
import { changes } from './eventHub'

type SystemInfo = z.output<typeof systemInfoSchema>

export function systemInfo({ workspace, shell, engines, queue, runs, datasets, models, jobs, settings }: StudioContext): SystemInfo {
  const { training, light } = engines
  const client = training.current ?? light.current
  const busy =
    queue.active !== null || jobs.list().some(({ kind, status }) => status === 'running' && (kind === 'score' || kind === 'sample'))
  const state = client?.state ?? 'stopped'
  return {
    version,
    home: workspace.home,
    platform: `${platform()} ${release()} ${process.arch}, Node ${process.versions.node}`,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    engine: training.info ?? light.info,
    engineState: state === 'ready' && busy ? 'busy' : state,
    engineMessage: training.current?.message ?? light.current?.message ?? null,
    shell,
    problems: [...datasets.problems, ...models.problems, ...runs.problems, ...queue.problems, ...settings.problems],
  }
}

export async function* watchSystem(context: StudioContext, signal: AbortSignal | undefined): AsyncGenerator<SystemInfo, void> {
  let last = ''
  for await (const _ of changes({ hub: context.hub, topics: ['system', 'jobs'], signal })) {
    const info = systemInfo(context)
    const text = JSON.stringify(info)
    // Heartbeats and job progress call; only a difference is worth a message.
    if (text !== last) yield info
    last = text
  }
}
