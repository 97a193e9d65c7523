import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createHttpListener } from './http'
import { defaultRendererFolder } from './rendererFolder'
import type { ServedContext, ServedStudio } from './studio'
import { createToken } from './token'
import type { UploadLimits } from './uploads'
import { defaultUploadLimits } from './uploads'
import { serveWebSocket } from './webSocket'

export interface StartServerOptions<T extends ServedContext = ServedContext> {
  studio: ServedStudio<T>
  /** Loopback unless said otherwise. */
  host?: string
  /** 0 = any free one. */
  port?: number
  /** 32 random bytes when absent. */
  token?: string
  rendererFolder?: string
  limits?: Partial<UploadLimits>
}

export interface RunningServer {
  /** What a person opens: address and token in one. */
  url: string
  /** 'http://host:port', without the token. */
  address: string
  token: string
  port: number
  /** A sentence about who can reach the studio, when that is more than this machine; else null. */
  warning: string | null
  close(): Promise<void>
}

/** The server could not start; `message` names the cause, `mend` what to do. */
export class ServerStartError extends Error {
  constructor(
    message: string,
    readonly mend: string,
  ) {
    super(`${message} ${mend}`)
    this.name = 'ServerStartError'
  }
}

/** Serves a studio to browsers, to other studios on this workspace, and to the command line. */
export async function startServer<T extends ServedContext>(options: StartServerOptions<T>): Promise<RunningServer> {
  const { studio, host = '127.0.0.1', port = 0, token = createToken() } = options
  const server = createServer(
    createHttpListener({
      token,
      host,
      rendererFolder: options.rendererFolder ?? defaultRendererFolder(),
      uploadsFolder: studio.context.workspace.uploads,
      limits: { ...defaultUploadLimits, ...options.limits },
    }),
  )
  // A large piece over a slow line takes longer than the default five minutes; headers must still come quickly.
  server.requestTimeout = 0
  const sockets = serveWebSocket(server, studio, { token, host })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    sockets.close()
    throw startError(error as NodeJS.ErrnoException, host, port)
  }

  const bound = (server.address() as AddressInfo).port
  const address = `http://${reachableName(host)}:${bound}`
  return {
    address,
    token,
    port: bound,
    url: `${address}/?token=${token}`,
    warning: isLoopback(host)
      ? null
      : [
          `The studio answers on ${host}, beyond this machine, over plain HTTP: whoever has the token can use it.`,
          'Prefer an SSH tunnel on networks that you do not trust.',
        ].join(' '),
    close: async () => {
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 500).unref()
      await closed
    },
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** The name under which others reach this machine when it was bound to all its addresses. */
function reachableName(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((entry) => entry && !entry.internal && entry.family === 'IPv4')
    return outside?.address ?? '127.0.0.1'
  }
  return isIP(host) === 6 ? `[${host}]` : host
}

function startError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServerStartError(
        `Port ${port} on ${host} is already in use.`,
        'Give another one with --port, or --port 0 for any free one.',
      )
    case 'EACCES':
      return new ServerStartError(`Port ${port} may not be opened by this user.`, 'Give one above 1023 with --port.')
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServerStartError(`'${host}' is not an address of this machine.`, 'Give one of its own with --host, or 127.0.0.1.')
    default:
      return error
  }
}
