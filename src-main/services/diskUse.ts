import { readdir, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DiskUse } from '../contract/records/system'
import { bytesUnder } from '../storage/diskUse'
import type { StudioContext } from './context'

/** What the workspace takes of its disk, part by part. */
export async function diskUse({ workspace }: Pick<StudioContext, 'workspace'>): Promise<DiskUse> {
  const { home } = workspace
  const named = (['datasets', 'runs', 'models', 'uploads', 'logs'] as const).map((name) => ({ name, folder: workspace[name] }))
  const known = new Set(named.map(({ folder }) => basename(folder)))
  const parts: DiskUse['parts'] = []
  for (const { name, folder } of named) parts.push({ name, bytes: await bytesUnder(folder) })
  const others = (await readdir(home)).filter((name) => !known.has(name))
  let other = 0
  for (const name of others) other += await bytesUnder(join(home, name))
  parts.push({ name: 'other', bytes: other })
  const { bavail, bsize } = await statfs(home)
  return { parts, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), freeBytes: bavail * bsize }
}
