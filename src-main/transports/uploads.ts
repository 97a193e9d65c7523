import { open, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'

export interface UploadLimits {
  /** Largest single request, in bytes. */
  pieceBytes: number
  /** Largest file, in bytes. */
  fileBytes: number
}

export const defaultUploadLimits: UploadLimits = { pieceBytes: 64 * 1024 ** 2, fileBytes: 256 * 1024 ** 3 }

/** A refused upload: the status and the words for the person who dropped the file. */
export class UploadError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 411 | 413 | 507,
    message: string,
    /** Present length of the file, where it tells the client how to go on. */
    readonly length?: number,
  ) {
    super(message)
    this.name = 'UploadError'
  }
}

export interface UploadTarget {
  file: string
  /** What the user calls it. */
  name: string
}

/**
 * The staged file that '/upload/{id}/{relative path}' names. Nothing outside the upload's own folder can be named: each
 * segment is checked after decoding, and the folder must already have been made by `uploads.create`.
 */
export async function uploadTarget(uploadsFolder: string, pathname: string): Promise<UploadTarget> {
  const [, , id, ...encoded] = pathname.split('/')
  if (!id || !/^[\w-]{1,64}$/.test(id)) throw new UploadError(404, 'No such upload. Drop the files again.')
  const folder = join(resolve(uploadsFolder), id)
  const exists = await stat(folder)
    .then((entry) => entry.isDirectory())
    .catch(() => false)
  if (!exists) throw new UploadError(404, `Upload ${id} does not exist (any more). Drop the files again.`)
  const segments = encoded.map(decodeSegment)
  if (segments.length === 0 || segments.length > 64) throw new UploadError(400, 'The upload names no file.')
  const file = join(folder, ...segments)
  if (!file.startsWith(folder + sep)) throw new UploadError(400, 'The file name leads outside of the upload.')
  return { file, name: segments.join('/') }
}

function decodeSegment(encoded: string): string {
  let segment: string
  try {
    segment = decodeURIComponent(encoded)
  } catch {
    throw new UploadError(400, `'${encoded}' is not a file name.`)
  }
  // ':' would name a drive or an alternate stream on Windows.
  const reserved = segment === '' || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)
  if (reserved || (process.platform === 'win32' && segment.includes(':'))) throw new UploadError(400, `'${segment}' is not a file name.`)
  if (Buffer.byteLength(segment) > 255)
    throw new UploadError(400, `The file name '${segment.slice(0, 40)}…' is too long: at most 255 bytes.`)
  return segment
}

/** Bytes already there; 0 for a file that has not begun. */
export async function uploadedLength(target: UploadTarget): Promise<number> {
  try {
    const entry = await stat(target.file)
    if (!entry.isFile()) throw new UploadError(409, `${target.name} is a folder in this upload.`)
    return entry.size
  } catch (error) {
    if (error instanceof UploadError) throw error
    return 0
  }
}

const busy = new Set<string>()

/** One request's bytes; `length` is null where the carrier does not say it beforehand. */
export interface UploadPiece {
  length: number | null
  chunks: AsyncIterable<Uint8Array>
}

/**
 * Appends one piece at `offset`. A piece that was already (partly) received may be sent again; a gap is refused with
 * the present length, so that the client goes on from there. Returns the new length.
 */
export async function receivePiece(target: UploadTarget, offset: number, piece: UploadPiece, limits: UploadLimits): Promise<number> {
  const declared = piece.length ?? 0
  if (declared > limits.pieceBytes)
    throw new UploadError(413, `A piece of ${target.name} is larger than ${limits.pieceBytes} bytes. Send it in smaller pieces.`)
  if (offset + declared > limits.fileBytes) {
    throw new UploadError(
      413,
      `${target.name} is larger than ${limits.fileBytes} bytes. Import it by its path on the studio's machine instead.`,
    )
  }
  if (busy.has(target.file)) throw new UploadError(409, `${target.name} is already being sent.`, await uploadedLength(target))
  busy.add(target.file)
  try {
    return await writePiece(target, offset, piece, limits)
  } catch (error) {
    throw wordedError(error, target)
  } finally {
    busy.delete(target.file)
  }
}

async function writePiece(target: UploadTarget, offset: number, piece: UploadPiece, limits: UploadLimits): Promise<number> {
  const length = await uploadedLength(target)
  if (offset > length) throw new UploadError(409, `${target.name} has ${length} bytes so far; the piece begins at ${offset}.`, length)
  await mkdir(dirname(target.file), { recursive: true })
  const handle = await open(target.file, length === 0 ? 'w' : 'r+')
  try {
    let position = offset
    for await (const bytes of piece.chunks) {
      if (position + bytes.length > Math.min(offset + limits.pieceBytes, limits.fileBytes))
        throw new UploadError(413, `A piece of ${target.name} is too large. Send it in smaller pieces.`)
      let written = 0
      while (written < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written)
        written += bytesWritten
      }
      position += bytes.length
    }
    if (piece.length !== null && position !== offset + piece.length)
      throw new UploadError(400, `The piece of ${target.name} was cut off.`, Math.max(length, position))
    return Math.max(length, position)
  } finally {
    await handle.close()
  }
}

function wordedError(error: unknown, target: UploadTarget): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UploadError(507, `The disk is full: ${target.name} could not be stored. Free some space and drop it again.`)
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST')
    return new UploadError(409, `${target.name} is both a file and a folder in this upload.`)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new UploadError(400, `The piece of ${target.name} was cut off.`)
  return error
}
