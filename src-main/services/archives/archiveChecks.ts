import { UserError } from '../../data/userError'
import type { StudioContext } from '../context'
import { freeBytes } from '../storageUse'
import type { OpenArchive } from './openArchive'

/** Refuses a newer format with the words that help, before anything else of it is looked at. */
export function refuseNewer(archive: OpenArchive, value: unknown, format: string, known: number): void {
  const { format: found, version } = (value ?? {}) as { format?: unknown; version?: unknown }
  if (found !== format) throw new UserError(`${archive.name} is not an archive of Chainrule: its format is '${String(found)}'.`, { field: 'path' })
  if (typeof version === 'number' && version > known)
    throw new UserError(`${archive.name} was made by a newer version of Chainrule (${format} ${version}; this one reads up to ${known}).`, {
      field: 'path',
      mend: 'Update Chainrule to import it.',
    })
}

export async function refuseTooLarge({ workspace }: Pick<StudioContext, 'workspace'>, archive: OpenArchive, bytes: number): Promise<void> {
  const free = await freeBytes(workspace.home)
  if (free !== null && bytes > free)
    throw new UserError(
      `${archive.name} needs ${(bytes / 1024 ** 2).toFixed(0)} MB, and the disk of the workspace has ${(free / 1024 ** 2).toFixed(0)} MB left.`,
      { field: 'path', mend: 'Empty the trash or free some space; nothing was taken from it.' },
    )
}
