import type { Readable } from 'node:stream'
import yauzl from 'yauzl'
import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'

export interface OpenZip {
  /** Regular entries in the order of the directory. */
  files: InputFile[]
  /** Entries with unsafe or encrypted content. */
  rejected: { file: string; reason: string }[]
  close(): void
}

/** Opens a zip on disk; entries can be read in any order and more than once until it is closed. */
export function openZip(diskPath: string, name: string): Promise<OpenZip> {
  return new Promise((resolve, reject) => {
    // Names are checked here, so that one bad entry costs that entry and not the archive.
    yauzl.open(diskPath, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }, (error, zip) => {
      if (error) {
        reject(new RejectedFileError(`not a readable zip (${error.message})`, { cause: error }))
        return
      }
      const files: InputFile[] = []
      const rejected: OpenZip['rejected'] = []
      zip.on('error', (problem: Error) => {
        zip.close()
        reject(new RejectedFileError(`damaged zip (${problem.message})`, { cause: problem }))
      })
      zip.on('end', () => resolve({ files, rejected, close: () => zip.close() }))
      zip.on('entry', (entry: yauzl.Entry) => {
        const entryName = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
        const unsafe = unsafeName(entryName)
        const unixType = (entry.externalFileAttributes >>> 28) & 0xf
        if (unsafe) rejected.push({ file: `${name}/${entryName}`, reason: unsafe })
        else if (entry.isEncrypted()) rejected.push({ file: `${name}/${entryName}`, reason: 'encrypted' })
        else if (unixType === 0xa) rejected.push({ file: `${name}/${entryName}`, reason: 'a link, not a file' })
        else if (!entryName.endsWith('/')) files.push({ name: `${name}/${entryName}`, size: entry.uncompressedSize, diskPath: null, stream: () => openEntry(zip, entry) })
        zip.readEntry()
      })
      zip.readEntry()
    })
  })
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(new RejectedFileError(`damaged zip entry (${error.message})`, { cause: error })) : resolve(stream)))
  })
}

/** Why an archive entry's name is refused, or null. Nothing is unpacked by name, but such an archive is not to be trusted. */
export function unsafeName(entryName: string): string | null {
  if (/^([/\\]|[a-z]:)/i.test(entryName)) return 'absolute path inside the archive'
  if (entryName.split(/[/\\]/).includes('..')) return 'path that leaves the archive (..)'
  if (entryName.includes('\0')) return 'unreadable name'
  return null
}
