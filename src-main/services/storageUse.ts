import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageUse } from '../contract/records/storage'
import { bytesUnder } from '../storage/diskUse'
import type { StudioContext } from './context'

/** What the workspace takes on the disk, by run and data set. */
export async function storageUse({ workspace, runs, datasets }: Pick<StudioContext, 'workspace' | 'runs' | 'datasets'>): Promise<StorageUse> {
  const used: StorageUse['runs'] = []
  for (const { id, name } of runs.list()) {
    const folder = runs.folderOf(id)
    const checkpoints = await bytesUnder(join(folder, 'checkpoints'))
    const trash = (await bytesUnder(join(folder, 'checkpoints', '.trash'))) + (await bytesUnder(join(folder, 'discarded')))
    used.push({ id, name, bytes: await bytesUnder(folder), checkpoints, trash })
  }
  const data: StorageUse['datasets'] = []
  for (const { id, name } of datasets.list()) data.push({ id, name, bytes: await bytesUnder(datasets.folderOf(id)) })
  const larger = (a: { bytes: number }, b: { bytes: number }): number => b.bytes - a.bytes
  let deleted = 0
  for (const folder of [workspace.runs, workspace.datasets, workspace.models]) deleted += await bytesUnder(join(folder, '.trash'))
  const total = await bytesUnder(workspace.home)
  const known = [...used, ...data].reduce((sum, { bytes }) => sum + bytes, deleted)
  return {
    home: workspace.home,
    total,
    free: await freeBytes(workspace.home),
    runs: used.sort(larger),
    datasets: data.sort(larger),
    trash: used.reduce((sum, { trash }) => sum + trash, deleted),
    other: Math.max(0, total - known),
  }
}

/** Bytes that this account may still write; null where the system does not tell. */
export function freeBytes(path: string): Promise<number | null> {
  return statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}
