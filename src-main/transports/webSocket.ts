import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { customSerializers } from '../contract'
import { refuseStranger, refuseWithoutToken } from './guard'
import type { ServedContext, ServedStudio } from './studio'
import { callOptions } from './studio'

/** Close code for a wrong token: a browser cannot read the status of a refused upgrade, but it can read this. */
export const WRONG_TOKEN = 4401
const SHUTTING_DOWN = 1001
const HEARTBEAT_MILLISECONDS = 30_000
/** A set of 4,096 colour samples fits with room to spare. */
const LARGEST_MESSAGE_BYTES = 256 * 1024 ** 2

export interface SocketOptions {
  token: string
  host: string
}

/**
 * oRPC over WebSocket at /rpc?token=…. A stream that a lost connection cut is asked for again by the client with the id
 * of the last event it has seen; the procedure that yields the events goes on from there, so nothing is kept here.
 */
export function serveWebSocket<T extends ServedContext>(
  server: Server,
  studio: ServedStudio<T>,
  options: SocketOptions,
): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES, perMessageDeflate: false })
  const handler = new RPCHandler<T>(studio.router, { customJsonSerializers: customSerializers })
  const alive = new WeakSet<WebSocket>()

  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy())
    const [pathname, query = ''] = (request.url ?? '/').split('?', 2)
    const refusal = refuseStranger(request, options.host)
    if (refusal) return refuseUpgrade(socket, refusal.status, refusal.message)
    if (pathname !== '/rpc') return refuseUpgrade(socket, 404, 'WebSockets are answered at /rpc.')
    const wrongToken = refuseWithoutToken(request, new URL(`http://studio/?${query}`), options.token)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate())
      if (wrongToken) return webSocket.close(WRONG_TOKEN, 'The token is missing or wrong')
      alive.add(webSocket)
      webSocket.on('pong', () => alive.add(webSocket))
      void handler.upgrade(withBackpressure(webSocket), ...callOptions(studio))
    })
  })

  const heartbeat = setInterval(() => {
    for (const webSocket of sockets.clients) {
      if (!alive.delete(webSocket)) webSocket.terminate()
      else webSocket.ping()
    }
  }, HEARTBEAT_MILLISECONDS)
  heartbeat.unref()

  return {
    close: () => {
      clearInterval(heartbeat)
      for (const webSocket of sockets.clients) webSocket.close(SHUTTING_DOWN, 'The studio is closing')
      sockets.close()
    },
  }
}

type HandledSocket = Parameters<RPCHandler<ServedContext>['upgrade']>[0]

/** A stream's next event is made only when the last one has left, so a slow client cannot fill the memory. */
function withBackpressure(webSocket: WebSocket): HandledSocket {
  const send = (data: Parameters<WebSocket['send']>[0]): Promise<void> =>
    // A send that fails is a connection that closes; the close event ends every stream.
    new Promise((resolve) => webSocket.send(data, () => resolve()))
  return { send, addEventListener: webSocket.addEventListener.bind(webSocket) } satisfies Pick<HandledSocket, 'addEventListener' | 'send'>
}

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n${message}\n`)
}
