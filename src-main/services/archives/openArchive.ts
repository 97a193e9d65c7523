import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { InputFile } from '../../data/importers/inputFile'
import { RejectedFileError, readWhole } from '../../data/importers/inputFile'
import { openZip } from '../../data/importers/zip'
import { UserError } from '../../data/userError'
import { storageError, syncFolder } from '../../storage/atomicWrite'

/** A zip whose entries are all harmless by name, opened for reading. */
export interface OpenArchive {
  /** Of the file, for messages. */
  name: string
  has(path: string): boolean
  sizeOf(path: string): number | null
  /** A small entry as JSON. */
  json(path: string): Promise<unknown>
  /** Writes an entry to `target`; refused unless it has this length and, where given, this checksum. Answers the checksum. */
  extract(path: string, target: string, wanted: { bytes: number; sha256?: string }): Promise<string>
  close(): void
}

const LARGEST_JSON = 64 * 1024 ** 2

export async function openArchive(path: string): Promise<OpenArchive> {
  const name = basename(path)
  const refuse = (what: string, mend = 'Export it again, or copy the file again.', cause?: unknown): never => {
    throw new UserError(`${name} cannot be imported: ${what}.`, { field: 'path', mend, cause })
  }
  const found = await stat(path).catch((error: unknown) => Promise.reject(storageError('read', path, error)))
  if (!found.isFile()) return refuse('it is a folder', 'Choose the .zip file of an exported run or model.')
  const zip = await openZip(path, name).catch((error: unknown) =>
    refuse(error instanceof RejectedFileError ? error.message : String(error), 'Choose the .zip file of an exported run or model; a copy that was cut off has to be copied again.', error),
  )
  try {
    const [bad] = zip.rejected
    if (bad) return refuse(`it holds ${bad.file.slice(name.length + 1)}: ${bad.reason}`, 'It was not made by Chainrule; nothing was taken from it.')
    const entries = new Map<string, InputFile>()
    for (const file of zip.files) {
      const entry = file.name.slice(name.length + 1)
      if (entries.has(entry)) return refuse(`it holds ${entry} twice`, 'It was not made by Chainrule; nothing was taken from it.')
      entries.set(entry, file)
    }
    const entryOf = (entry: string): InputFile => entries.get(entry) ?? refuse(`${entry} is missing`)
    return {
      name,
      has: (entry) => entries.has(entry),
      sizeOf: (entry) => entries.get(entry)?.size ?? null,
      async json(entry) {
        const file = entryOf(entry)
        try {
          return JSON.parse((await readWhole(file, LARGEST_JSON)).toString('utf8')) as unknown
        } catch (error) {
          return refuse(`${entry} cannot be read (${error instanceof Error ? error.message : String(error)})`, undefined, error)
        }
      },
      async extract(entry, target, { bytes, sha256 }) {
        const file = entryOf(entry)
        if (file.size !== bytes) refuse(`${entry} has ${file.size} bytes where ${bytes} are listed`)
        const hash = createHash('sha256')
        let length = 0
        const counting = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            length += chunk.length
            hash.update(chunk)
            // Whatever the directory of the zip says, no more is ever written than was announced.
            done(length > bytes ? new Error(`it is longer than the ${bytes} bytes that are listed`) : null, chunk)
          },
        })
        await mkdir(dirname(target), { recursive: true })
        try {
          await pipeline(await file.stream(), counting, createWriteStream(target, { flags: 'wx', flush: true }))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).syscall !== undefined) throw storageError('write', target, error)
          refuse(`${entry} is damaged (${error instanceof Error ? error.message : String(error)})`, undefined, error)
        }
        const found = hash.digest('hex')
        if (length !== bytes) refuse(`${entry} ends after ${length} of ${bytes} bytes`)
        if (sha256 !== undefined && found !== sha256) refuse(`the checksum of ${entry} does not match: its content was changed or damaged`)
        await syncFolder(dirname(join(target)))
        return found
      },
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}
