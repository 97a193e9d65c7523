import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface ListedFile {
  name: string
  bytes: number
  sha256: string
}

/** What a checksum found, as long as size and modification time stay the same. */
const known = new Map<string, { bytes: number; modified: number; sha256: string }>()

/** One sentence about the first file that is missing or has another length, or null. Reads no content. */
export async function wrongLength(folder: string, files: readonly ListedFile[]): Promise<string | null> {
  for (const file of files) {
    const found = await stat(join(folder, file.name)).catch(() => null)
    if (!found?.isFile()) return `${file.name} is missing`
    if (found.size !== file.bytes) return `${file.name} has ${found.size} bytes where ${file.bytes} were written`
  }
  return null
}

/** The same for contents, by SHA-256; `fresh` reads them again even if they look untouched since the last time. */
export async function wrongContent(folder: string, files: readonly ListedFile[], fresh = false): Promise<string | null> {
  const length = await wrongLength(folder, files)
  if (length !== null) return length
  for (const file of files) {
    const path = join(folder, file.name)
    if (fresh) known.delete(path)
    if ((await checksumOf(path)) !== file.sha256) return `the checksum of ${file.name} does not match: its content was changed or damaged`
  }
  return null
}

/** Bytes that `wrongContent` would still have to read. */
export async function unreadBytes(folder: string, files: readonly ListedFile[]): Promise<number> {
  let bytes = 0
  for (const file of files) bytes += (await remembered(join(folder, file.name))) === null ? file.bytes : 0
  return bytes
}

async function remembered(path: string): Promise<string | null> {
  const entry = known.get(path)
  const found = entry && (await stat(path).catch(() => null))
  return found && found.size === entry.bytes && found.mtimeMs === entry.modified ? entry.sha256 : null
}

async function checksumOf(path: string): Promise<string> {
  const before = await remembered(path)
  if (before !== null) return before
  const { size, mtimeMs } = await stat(path)
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer)
  const sha256 = hash.digest('hex')
  known.set(path, { bytes: size, modified: mtimeMs, sha256 })
  return sha256
}
