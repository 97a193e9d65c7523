import { createORPCClient } from '@orpc/client'
import type { ClientRetryPluginContext } from '@orpc/client/plugins'
import { ClientRetryPlugin } from '@orpc/client/plugins'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import ReconnectingWebSocket from 'partysocket/ws'
import { WebSocket } from 'ws'
import type { Contract } from '../contract'
import { customSerializers } from '../contract'
import type { Port, RpcMessage } from './port'

/** Where a running studio listens. */
export interface StudioAddress {
  /** 'http://host:port' */
  address: string
  token: string
}

export type StudioClient = ContractRouterClient<Contract, ClientRetryPluginContext>

export function rpcUrl({ address, token }: StudioAddress): string {
  return `${address.replace(/^http/, 'ws')}/rpc?token=${encodeURIComponent(token)}`
}

export interface SocketLink {
  link: RPCLink<ClientRetryPluginContext>
  close(): void
}

/**
 * A link that reconnects by itself. Plain calls fail at once when the connection is lost; a stream asked for with
 * `context: { retry: n }` is asked for again from the last event seen.
 */
export function createSocketLink(studio: StudioAddress): SocketLink {
  const websocket = new ReconnectingWebSocket(rpcUrl(studio), [], {
    WebSocket,
    minReconnectionDelay: 50,
    maxReconnectionDelay: 5_000,
    // Messages of a lost connection must not be sent on the next one: the calls they belong to have failed.
    maxEnqueuedMessages: 0,
  })
  const link = new RPCLink<ClientRetryPluginContext>({
    websocket,
    customJsonSerializers: customSerializers,
    plugins: [new ClientRetryPlugin({ default: { retryDelay: ({ attemptIndex }) => Math.min(100 * 2 ** attemptIndex, 5_000) } })],
  })
  return { link, close: () => websocket.close() }
}

/** Calls a studio that runs elsewhere exactly as one of this process is called. */
export function connectToStudio(studio: StudioAddress): { client: StudioClient; close(): void } {
  const { link, close } = createSocketLink(studio)
  return { client: createORPCClient(link), close }
}

/**
 * Joins a window's port to a studio that runs elsewhere: both sides speak the same messages, so they pass unopened.
 * `onLost` is called when the other studio goes away, for then the window has nobody to talk to.
 */
export function forwardPort(port: Port, studio: StudioAddress, onLost: (reason: string) => void): void {
  const socket = new WebSocket(rpcUrl(studio))
  const waiting: RpcMessage[] = []
  let wanted = true
  port.addEventListener('message', ({ data }) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data)
    else waiting.push(data)
  })
  port.addEventListener('close', () => {
    wanted = false
    socket.close()
  })
  socket.on('open', () => {
    for (const message of waiting.splice(0)) socket.send(message)
  })
  socket.on('message', (data: Buffer, isBinary) => port.postMessage(isBinary ? new Uint8Array(data) : data.toString('utf8')))
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    if (wanted) onLost(`The studio at ${studio.address} has gone away.`)
  })
}
