import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { storageError } from '../storage/atomicWrite'
import type { Workspace } from '../storage/workspace'
import type { StudioContext } from './context'
import { notFound } from './errors'

/** Staged files that nobody came back for. */
const FORGOTTEN_MILLISECONDS = 7 * 24 * 3600 * 1000

/** A staging folder for files that come from a browser, in pieces, over HTTP. */
export async function createUpload({ workspace }: StudioContext): Promise<{ id: string; path: string; putUrl: string }> {
  const id = randomUUID()
  const path = join(workspace.uploads, id)
  await mkdir(path, { recursive: true }).catch((error: unknown) => Promise.reject(storageError('make', path, error)))
  return { id, path, putUrl: `/upload/${id}` }
}

export async function discardUpload({ workspace }: StudioContext, id: string): Promise<{ ok: true }> {
  const known = await readdir(workspace.uploads)
  if (!known.includes(id)) throw notFound('upload', id, [])
  await rm(join(workspace.uploads, id), { recursive: true, force: true })
  return { ok: true }
}

/** The staging folders that some paths lie in. */
export function uploadsOf(workspace: Workspace, paths: readonly string[]): string[] {
  const ids = paths
    .map((path) => relative(workspace.uploads, path))
    .filter((path) => path !== '' && !path.startsWith('..') && !path.startsWith(sep))
  return [...new Set(ids.map((path) => join(workspace.uploads, path.split(sep)[0] ?? '')))]
}

export async function removeForgottenUploads({ uploads }: Workspace): Promise<void> {
  for (const name of await readdir(uploads).catch(() => [])) {
    const age =
      Date.now() -
      (await stat(join(uploads, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ))
    if (age > FORGOTTEN_MILLISECONDS) await rm(join(uploads, name), { recursive: true, force: true })
  }
}
