import { mkdir, mkdtemp, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../contract'
import type { RunRecord, RunStatus } from '../contract/records/run'
import { writeChains, writeTones } from '../engine/testStore'
import type { Studio, StudioOptions } from './studio'
import { createStudio } from './studio'

export interface TestStudio {
  home: string
  studio: Studio
  client: ContractRouterClient<Contract>
  close(): Promise<void>
}

/** Small nets, few steps: what a test of the studio trains. The data set of `temporaryHome` is 'test'. */
export const smallRun = {
  datasetId: 'test',
  model: { family: 'made', config: { hidden: [32] } },
  training: { batchSize: 50, validateEvery: 20, checkpointEvery: 20, gallerySamples: 4, learningRate: 0.01 },
  budget: { steps: 60 },
} satisfies Parameters<TestStudio['client']['runs']['create']>[0]

/** A workspace with one small data set 'test': binary images, or clips of audio. */
export async function temporaryHome(kind: 'chains' | 'tones' = 'chains'): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'chainrule-studio-'))
  await mkdir(join(home, 'datasets'), { recursive: true })
  const folder = await (kind === 'chains' ? writeChains : writeTones)(home)
  await rename(folder, join(home, 'datasets', 'test'))
  return home
}

/** The whole studio with its real engine, called in this process. */
export async function openTestStudio(home: string, options: Partial<StudioOptions> = {}): Promise<TestStudio> {
  const studio = await createStudio({ home, shell: 'serve', ...options })
  return { home, studio, client: createRouterClient(studio.router, { context: studio.context }), close: () => studio.close() }
}

/** Waits until a run is as wanted. Throws when it ends otherwise. */
export async function until(
  { client }: Pick<TestStudio, 'client'>,
  id: string,
  wanted: RunStatus | ((run: RunRecord) => boolean),
): Promise<RunRecord> {
  const isWanted = typeof wanted === 'function' ? wanted : (run: RunRecord) => run.status === wanted
  const ended: readonly RunStatus[] = ['completed', 'failed', 'interrupted', 'stopped', 'paused']
  for await (const { runs } of await client.runs.watch()) {
    const run = runs.find((candidate) => candidate.id === id)
    if (!run) continue
    if (isWanted(run)) return run
    if (ended.includes(run.status)) throw new Error(`The run is ${run.status}: ${run.error ?? ''}`)
  }
  throw new Error('The studio closed.')
}
