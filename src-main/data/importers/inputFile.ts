import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { UserError } from '../userError'

/** Something to import: a file on disk or an entry of an archive. Nothing is ever unpacked under a name from an archive. */
export interface InputFile {
  /** Path for display, labels and splits: begins with the dropped folder's or archive's own name, separated by '/'. */
  name: string
  /** Bytes as the directory declares them; null when only reading tells. */
  size: number | null
  /** Where it lies on the disk, when it is a file of its own. */
  diskPath: string | null
  /** The content as a stream. Entries of a tar can be read once, and only until the next entry is asked for. */
  stream(): Promise<Readable>
}

/** Why one file is left out; thrown by readers and listed in the plan and the record. */
export class RejectedFileError extends Error {
  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options)
    this.name = 'RejectedFileError'
  }
}

export function diskFile(diskPath: string, name: string, size: number): InputFile {
  // A buffer of the file's own size: thousands of small files would otherwise cost a quarter of a megabyte each.
  const highWaterMark = Math.max(1024, Math.min(256 * 1024, size + 1))
  return { name, size, diskPath, stream: async () => createReadStream(diskPath, { highWaterMark }) }
}

/** A file whose content is in memory. */
export function memoryFile(name: string, bytes: Buffer): InputFile {
  return { name, size: bytes.length, diskPath: null, stream: async () => Readable.from([bytes]) }
}

/** The whole content, at most `limit` bytes. */
export async function readWhole(file: InputFile, limit: number): Promise<Buffer> {
  const tooLarge = () => new RejectedFileError(`larger than ${Math.round(limit / 1024 / 1024)} MB`)
  if (file.size !== null && file.size > limit) throw tooLarge()
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of await file.stream()) {
    total += (chunk as Buffer).length
    if (total > limit) throw tooLarge()
    chunks.push(chunk as Buffer)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** The first bytes, fewer when the file is shorter. Not for tar entries, whose stream it would use up. */
export async function readStart(file: InputFile, length: number): Promise<Buffer> {
  if (file.diskPath !== null) {
    const handle = await open(file.diskPath, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  }
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of await file.stream()) {
    chunks.push(chunk as Buffer)
    total += (chunk as Buffer).length
    if (total >= length) break
  }
  return Buffer.concat(chunks).subarray(0, length)
}

/** Name of the file without its folders. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** Reason of a rejection in the user's words; other errors (disk, cancellation) are passed on. */
export function rejectionReason(error: unknown): string {
  if (error instanceof RejectedFileError || error instanceof UserError) return error.message
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'Z_BUF_ERROR') return 'the gzip data end early: a truncated download'
    if (typeof error.code === 'string' && error.code.startsWith('Z_')) return `damaged gzip data (${error.message})`
    if (error.code === 'EACCES' || error.code === 'EPERM') return 'permission denied'
    if (error.code === 'ENOENT') return 'the file is gone'
  }
  throw error
}
