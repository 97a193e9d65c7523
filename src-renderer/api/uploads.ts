import { client, uploadRequest } from './connection'

/** A file with its place inside the folder it was dropped with. */
export interface UploadFile {
  path: string
  file: File
}

export interface UploadProgress {
  doneBytes: number
  totalBytes: number
  doneFiles: number
  totalFiles: number
  current: string
}

export interface FinishedUpload {
  id: string
  /** What to hand to `datasets.plan`: the top-level files and folders of the upload, as paths on the studio's machine. */
  paths: string[]
}

const PIECE_BYTES = 8 * 1024 ** 2
const ATTEMPTS = 5

/** Sends files one after another in pieces. A piece that was lost is sent again from where the studio says it is. */
export async function uploadFiles(
  files: readonly UploadFile[],
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
): Promise<FinishedUpload> {
  const upload = await client.uploads.create()
  const progress = {
    doneBytes: 0,
    totalBytes: files.reduce((sum, { file }) => sum + file.size, 0),
    doneFiles: 0,
    totalFiles: files.length,
    current: '',
  }
  try {
    for (const { path, file } of files) {
      progress.current = path
      onProgress({ ...progress })
      const before = progress.doneBytes
      await uploadOne(upload.putUrl, path, file, signal, (sent) => onProgress({ ...progress, doneBytes: before + sent }))
      progress.doneBytes = before + file.size
      progress.doneFiles++
    }
    onProgress({ ...progress })
  } catch (error) {
    await client.uploads.discard({ id: upload.id }).catch(() => undefined)
    throw error
  }
  const separator = upload.path.includes('\\') ? '\\' : '/'
  const tops = [...new Set(files.map(({ path }) => path.split('/')[0] ?? path))]
  return { id: upload.id, paths: tops.map((top) => `${upload.path}${separator}${top}`) }
}

async function uploadOne(putUrl: string, path: string, file: File, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void> {
  let offset = 0
  let failures = 0
  // An empty file is sent as one empty piece, so that it exists and can be refused by name.
  do {
    const { url, headers } = uploadRequest(putUrl, path, offset)
    const response = await fetch(url, { method: 'PUT', body: file.slice(offset, offset + PIECE_BYTES), headers, signal }).catch(
      (error: unknown) => {
        if (signal.aborted) throw error
        return null
      },
    )
    if (response?.ok) {
      offset = Math.min(file.size, offset + PIECE_BYTES)
      failures = 0
      onSent(offset)
      continue
    }
    const message = response ? (await response.text()).trim() : `${path} could not be sent: the connection was lost.`
    const arrived = Number(response?.headers.get('upload-length') ?? NaN)
    const retry = response === null || response.status === 409
    if (!retry || ++failures >= ATTEMPTS) throw new Error(message)
    if (Number.isFinite(arrived)) offset = Math.min(arrived, file.size)
    await new Promise((resolve) => setTimeout(resolve, 400 * failures))
  } while (offset < file.size)
}
