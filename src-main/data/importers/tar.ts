import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { extract } from 'tar-stream'
import { gunzipIfPacked } from './gzip'
import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'
import { unsafeName } from './zip'

export interface TarEntry {
  file: InputFile
  /** Bytes of the archive read so far, packed, for estimates and progress. */
  bytesRead: number
}

/**
 * Entries of a tar or tar.gz as they come. Each may be read until the next is asked for; what is not read is skipped.
 * A damaged or truncated archive ends with a RejectedFileError after its good entries.
 */
export async function* tarEntries(diskPath: string, name: string, onRejected: (file: string, reason: string) => void): AsyncGenerator<TarEntry> {
  const packed = createReadStream(diskPath, { highWaterMark: 256 * 1024 })
  const unpacked = await gunzipIfPacked(packed)
  const entries = extract()
  pipeline(unpacked, entries, () => undefined)
  try {
    for await (const entry of entries) {
      const { header } = entry
      const unsafe = unsafeName(header.name)
      if (unsafe) onRejected(`${name}/${header.name}`, unsafe)
      else if (header.type === 'symlink' || header.type === 'link') onRejected(`${name}/${header.name}`, 'a link, not a file')
      else if (header.type === 'file' || header.type === 'contiguous-file' || header.type === null) {
        const file: InputFile = { name: `${name}/${header.name.replace(/^(\.\/)+/, '')}`, size: header.size ?? null, diskPath: null, stream: async () => entry as unknown as Readable }
        yield { file, bytesRead: packed.bytesRead }
      }
      entry.resume()
    }
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : new Error(String(cause))
    throw new RejectedFileError(/unexpected end|Z_BUF_ERROR/i.test(message) ? 'the archive ends early: a truncated download' : `damaged archive (${message})`, { cause })
  } finally {
    unpacked.destroy()
    packed.destroy()
  }
}
