import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { refuseStranger, refuseWithoutToken } from './guard'
import { securityHeaders } from './securityHeaders'
import { findStaticFile, sendFile } from './staticFiles'
import type { UploadLimits } from './uploads'
import { receivePiece, UploadError, uploadedLength, uploadTarget } from './uploads'

export interface HttpOptions {
  token: string
  /** The host that the server was bound to. */
  host: string
  rendererFolder: string
  uploadsFolder: string
  limits: UploadLimits
}

/** GET of the studio's own page, and resumable uploads; everything else goes over the socket at /rpc. */
export function createHttpListener(options: HttpOptions): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    answer(request, response, options).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendText(response, 500, `The studio could not answer: ${error instanceof Error ? error.message : String(error)}`)
    })
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const stranger = refuseStranger(request, options.host)
  if (stranger) return sendText(response, stranger.status, stranger.message)
  const target = request.url ?? '/'
  if (!target.startsWith('/')) return sendText(response, 400, 'The address is malformed.')
  // Not `new URL(target, base)`: that reads '//name/path' as another host, and folds '..' away before it can be refused.
  const [pathname = '/', query = ''] = target.split('?', 2)
  const url = new URL(`http://studio/?${query}`)

  if (pathname.startsWith('/upload/')) {
    const refusal = refuseWithoutToken(request, url, options.token)
    if (refusal) return sendText(response, refusal.status, refusal.message)
    return answerUpload(request, response, pathname, url, options)
  }
  if (pathname === '/rpc') return sendText(response, 426, 'This address answers WebSockets.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return sendText(response, 405, 'Only GET and HEAD are answered here.')
  }
  const file = await findStaticFile(options.rendererFolder, pathname)
  if (file) return sendFile(response, file, request.method === 'HEAD')
  if (pathname === '/') return sendText(response, 503, 'The window has not been built yet. Run `npm run build`, then reload this page.')
  return sendText(response, 404, 'There is no such file.')
}

async function answerUpload(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  url: URL,
  options: HttpOptions,
): Promise<void> {
  try {
    const target = await uploadTarget(options.uploadsFolder, pathname)
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'upload-length': await uploadedLength(target), 'cache-control': 'no-store' }).end()
      return
    }
    if (request.method !== 'PUT') {
      response.setHeader('allow', 'PUT, HEAD')
      return sendText(response, 405, 'Uploads are sent with PUT; HEAD tells how much has arrived.')
    }
    const offset = Number(url.searchParams.get('offset') ?? '0')
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw new UploadError(400, `'offset=${url.searchParams.get('offset') ?? ''}' is not a number of bytes.`)
    const declared = Number(request.headers['content-length'] ?? Number.NaN)
    if (!Number.isSafeInteger(declared) || declared < 0)
      throw new UploadError(411, `The piece of ${target.name} does not say how long it is.`)
    const length = await receivePiece(target, offset, { length: declared, chunks: request }, options.limits)
    response.writeHead(204, { 'upload-length': length, 'cache-control': 'no-store' }).end()
  } catch (error) {
    if (!(error instanceof UploadError)) throw error
    if (error.length !== undefined) response.setHeader('upload-length', error.length)
    // What the client is still sending is not wanted; without this it would have to send all of it before it hears so.
    response.setHeader('connection', 'close')
    sendText(response, error.status, error.message)
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`)
}
