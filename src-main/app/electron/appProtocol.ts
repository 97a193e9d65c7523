import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { securityHeaders } from '../../transports/securityHeaders'
import type { StudioAddress } from '../../transports/socketClient'
import { findStaticFile, mimeType } from '../../transports/staticFiles'
import { defaultUploadLimits, receivePiece, UploadError, uploadTarget } from '../../transports/uploads'

export const APP_SCHEME = 'chainrule'
export const APP_ORIGIN = `${APP_SCHEME}://studio`

/** Has to be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Where files go that were dropped without a path, such as a picture dragged out of a browser. */
export type UploadAnswer = (request: Request) => Promise<Response>

/** Serves the window's own files and takes its uploads, with the same policy and the same care for paths as the HTTP door. */
export function serveAppProtocol(rendererFolder: string, answerUpload: UploadAnswer): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    if (host !== 'studio') return text(404, 'There is no such file.')
    if (request.method === 'PUT' && pathname.startsWith('/upload/')) return answerUpload(request)
    const file = request.method === 'GET' ? await findStaticFile(rendererFolder, pathname) : null
    if (!file) return text(404, 'There is no such file.')
    return new Response(new Uint8Array(await readFile(file)), { headers: { ...securityHeaders, 'content-type': mimeType(file) } })
  })
}

/** Takes uploads into a studio of this process. */
export function uploadInto(uploadsFolder: string): UploadAnswer {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    try {
      const target = await uploadTarget(uploadsFolder, pathname)
      const offset = Number(searchParams.get('offset') ?? '0')
      if (!Number.isSafeInteger(offset) || offset < 0) throw new UploadError(400, 'The offset is not a number of bytes.')
      const chunks = request.body ?? emptyBody()
      const length = await receivePiece(target, offset, { length: null, chunks }, defaultUploadLimits)
      return new Response(null, { status: 204, headers: { 'upload-length': String(length) } })
    } catch (error) {
      if (!(error instanceof UploadError)) throw error
      return text(error.status, error.message, error.length === undefined ? {} : { 'upload-length': String(error.length) })
    }
  }
}

/** Hands uploads on to the studio that owns the workspace. */
export function uploadTo({ address, token }: StudioAddress): UploadAnswer {
  return async (request) => {
    const { pathname, search } = new URL(request.url)
    const answer = await fetch(`${address}${pathname}${search}`, {
      method: 'PUT',
      body: await request.arrayBuffer(),
      headers: { authorization: `Bearer ${token}` },
    })
    return new Response(answer.body, { status: answer.status, headers: { 'upload-length': answer.headers.get('upload-length') ?? '' } })
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function text(status: number, message: string, headers: Record<string, string> = {}): Response {
  return new Response(`${message}\n`, { status, headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', ...headers } })
}
