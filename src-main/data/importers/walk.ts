import { createWriteStream } from 'node:fs'
import { mkdtemp, opendir, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../userError'
import { isHidden, matrixTypes, typeByContent, typeByName } from './fileType'
import type { InputFile } from './inputFile'
import { diskFile, readStart, rejectionReason } from './inputFile'
import { tarEntries } from './tar'
import { openZip } from './zip'

export interface WalkOptions {
  signal?: AbortSignal
  onRejected: (file: string, reason: string) => void
  /** Folder for tables found inside tar archives, which must be read twice; see scratchFolder. */
  scratch: () => Promise<string>
  /** Called for each entry of a tar archive with the packed bytes read of all; 'skip' leaves out the rest of the archive. */
  onTarEntry?: (archive: string, bytesRead: number, bytes: number) => 'skip' | undefined
}

/**
 * All files under the dropped paths, in a fixed order: folders by name, archives in their own order. Archives inside
 * archives are left out. Entries of a tar can only be read before the next file is asked for.
 */
export async function* walkInputs(paths: string[], options: WalkOptions): AsyncGenerator<InputFile> {
  for (const path of paths.map((given) => resolve(given)).sort(byName)) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new UserError(`${path} does not exist or cannot be read.`, { field: 'paths', cause })
    })
    yield* found.isDirectory() ? walkFolder(path, basename(path), options) : walkFile(path, basename(path), found.size, options)
  }
}

async function* walkFolder(folder: string, name: string, options: WalkOptions): AsyncGenerator<InputFile> {
  const entries = []
  try {
    for await (const entry of await opendir(folder)) if (!isHidden(entry.name)) entries.push(entry)
  } catch (error) {
    options.onRejected(name, rejectionReason(error))
    return
  }
  entries.sort((a, b) => byName(a.name, b.name))
  for (const entry of entries) {
    options.signal?.throwIfAborted()
    const path = join(folder, entry.name)
    const entryName = `${name}/${entry.name}`
    if (entry.isDirectory()) yield* walkFolder(path, entryName, options)
    else {
      // Links to files are followed; links to folders are not, since they may lead back.
      const found = await stat(path).catch(() => null)
      if (found?.isFile()) yield* walkFile(path, entryName, found.size, options)
      else if (!entry.isSymbolicLink() || !found?.isDirectory()) options.onRejected(entryName, found ? 'not a regular file' : 'cannot be read')
    }
  }
}

async function* walkFile(path: string, name: string, size: number, options: WalkOptions): AsyncGenerator<InputFile> {
  const file = diskFile(path, name, size)
  let type = typeByName(name)
  if (type === null || type === 'zip' || type === 'tar') {
    const start = await readStart(file, 263).catch(() => Buffer.alloc(0))
    const byContent = typeByContent(start)
    // A plain .tgz begins as gzip; an archive under another name is still one.
    type = type === 'tar' && byContent === 'gzip' ? 'tar' : byContent
  }
  try {
    if (type === 'zip') yield* walkZip(path, name, options)
    else if (type === 'tar') yield* walkTar(path, name, size, options)
    else yield file
  } catch (error) {
    options.onRejected(name, rejectionReason(error))
  }
}

async function* walkZip(path: string, name: string, options: WalkOptions): AsyncGenerator<InputFile> {
  const zip = await openZip(path, name)
  try {
    for (const { file, reason } of zip.rejected) options.onRejected(file, reason)
    for (const file of zip.files.filter((entry) => !isHidden(entry.name))) {
      options.signal?.throwIfAborted()
      const type = typeByName(file.name)
      if (type === 'zip' || type === 'tar') options.onRejected(file.name, 'an archive inside an archive; unpack it first')
      else yield isTable(file) ? await spool(file, options) : file
    }
  } finally {
    zip.close()
  }
}

async function* walkTar(path: string, name: string, size: number, options: WalkOptions): AsyncGenerator<InputFile> {
  for await (const { file, bytesRead } of tarEntries(path, name, options.onRejected)) {
    options.signal?.throwIfAborted()
    if (options.onTarEntry?.(name, bytesRead, size) === 'skip') return
    if (isHidden(file.name)) continue
    const type = typeByName(file.name)
    if (type === 'zip' || type === 'tar') options.onRejected(file.name, 'an archive inside an archive; unpack it first')
    else yield isTable(file) ? await spool(file, options) : file
  }
}

function isTable(file: InputFile): boolean {
  const type = typeByName(file.name)
  return type !== null && matrixTypes.has(type)
}

let spooled = 0

/** Copies an archive's table to a scratch file of ours: tables are read twice, and formats like .npz need random access. */
async function spool(file: InputFile, options: WalkOptions): Promise<InputFile> {
  const target = join(await options.scratch(), `${spooled++}`)
  await pipeline(await file.stream(), createWriteStream(target), { signal: options.signal })
  return diskFile(target, file.name, (await stat(target)).size)
}

const SCRATCH = 'chainrule-import-'

/** A temporary folder made when first needed, with its removal. Its name holds the process, so that what a crash leaves can be told. */
export function scratchFolder(): { get: () => Promise<string>; remove: () => Promise<void> } {
  let folder: Promise<string> | undefined
  return {
    get: () => (folder ??= mkdtemp(join(tmpdir(), `${SCRATCH}${process.pid}-`))),
    remove: async () => {
      if (folder) await rm(await folder, { recursive: true, force: true })
    },
  }
}

/** Removes the scratch folders of processes that are gone: an import that was cut off could not remove its own. */
export async function removeForgottenScratch(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(new RegExp(`^${SCRATCH}(\\d+)-`).exec(name)?.[1])
    if (pid > 0 && !isRunning(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {})
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user cannot be signalled, but it runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const collator = new Intl.Collator('en', { numeric: true })
function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}
