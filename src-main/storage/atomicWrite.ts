import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, rename, rm, truncate } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A file that could not be read or written; the message is for the user and names the file and the mend. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  constructor(message: string, readonly file: string, options?: ErrorOptions) {
    super(message, options)
  }
}

export interface WrittenFile {
  bytes: number
  /** Hexadecimal. */
  sha256: string
}

/**
 * Writes a file so that a reader, or a start after a crash, sees the old content or the new, never a part:
 * temporary file beside it, fsync, rename, fsync of the folder. Throws StorageError; the temporary file is removed then.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array | Iterable<Uint8Array>, mode = 0o666): Promise<WrittenFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`)
  const chunks = typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content
  const hash = createHash('sha256')
  let bytes = 0
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      for (const chunk of chunks) {
        await writeFully(file, chunk)
        hash.update(chunk)
        bytes += chunk.byteLength
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw storageError('write', path, error)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** JSON with two spaces and a final newline. */
export function writeJsonAtomically(path: string, value: unknown): Promise<WrittenFile> {
  return writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Makes a rename or a new file in the folder durable, where the platform lets a folder be synced. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** An append-only file of lines. Lines are handed to the system at once; `sync` makes them durable. */
export interface LineAppender {
  append(lines: readonly string[]): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** Opens (or makes) a file of lines for appending; a torn last line, left by a crash, is cut off first. */
export async function openLineAppender(path: string): Promise<LineAppender> {
  try {
    await cutTornLine(path)
    const file = await open(path, 'a')
    let last: Promise<void> = Promise.resolve()
    /** One write after another, whatever the caller awaits. */
    const queued = (action: () => Promise<void>): Promise<void> => {
      const next = last.then(action).catch((error: unknown) => Promise.reject(storageError('append to', path, error)))
      last = next.catch(() => {})
      return next
    }
    return {
      append: (lines) => (lines.length === 0 ? last : queued(() => writeFully(file, Buffer.from(`${lines.join('\n')}\n`)))),
      sync: () => queued(() => file.sync()),
      close: () => queued(() => file.close()),
    }
  } catch (error) {
    throw storageError('append to', path, error)
  }
}

/** Complete lines of a file; `torn` is the text after the last newline, left by an interrupted write. No file, no lines. */
export async function readLines(path: string): Promise<{ lines: string[]; torn: string | null }> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { lines: [], torn: null }
    throw storageError('read', path, error)
  }
  const lines = text.split('\n')
  const torn = lines.pop() ?? ''
  return { lines, torn: torn === '' ? null : torn }
}

/** Looks backwards from the end for the last newline, so that a long file costs no more than a short one. */
async function cutTornLine(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error: unknown) => (codeOf(error) === 'ENOENT' ? null : Promise.reject(error)))
  if (!file) return
  try {
    const status = await file.stat()
    let end = status.isFile() ? status.size : 0
    const chunk = Buffer.alloc(64 * 1024)
    while (end > 0) {
      const start = Math.max(0, end - chunk.length)
      const { bytesRead } = await file.read(chunk, 0, end - start, start)
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(0x0a)
      end = newline >= 0 ? start + newline + 1 : start
      if (newline >= 0) break
    }
    if (status.isFile() && end < status.size) await truncate(path, end)
  } finally {
    await file.close()
  }
}

async function writeFully(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < chunk.byteLength) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.byteLength - offset)
    offset += bytesWritten
  }
}

const codeOf = (error: unknown): string | undefined => (error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined)

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and try again; what was there before is untouched',
  EDQUOT: 'the disk quota is used up. Free some space and try again; what was there before is untouched',
  EACCES: 'this account may not. Change the permissions of the folder or choose another workspace',
  EPERM: 'this account may not. Change the permissions of the folder or choose another workspace',
  EROFS: 'the disk is read-only. Choose a workspace on another disk',
  ENOENT: 'the file or its folder does not exist',
  EIO: 'the disk reports an input/output error',
}

/** Puts a file system error into words that name the file and the mend. */
export function storageError(action: string, path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const reason = REASONS[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
  return new StorageError(`Could not ${action} ${path}: ${reason}.`, path, { cause: error })
}
