/**
 * The one file that knows whether the page lives in Electron (messages through the preload script) or in a browser
 * (a WebSocket to the studio that served it). Everything else calls `client` and does not ask.
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import ReconnectingWebSocket from 'partysocket/ws'
import { readonly, shallowRef } from 'vue'
import type { Contract } from '../../src-main/contract'
import { customSerializers } from '../../src-main/contract'

type Message = string | Uint8Array

/** What src-preload puts on the window. */
interface StudioBridge {
  post(message: Message): void
  onMessage(listener: (message: Message) => void): unknown
  /** The path of a dropped or chosen file; empty when it has none. */
  pathForFile(file: File): string
}

declare global {
  interface Window {
    chainrule?: StudioBridge
  }
}

export type StudioClient = ContractRouterClient<Contract>

/** 'refused': the token is missing or wrong, so no amount of waiting helps. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

const WRONG_TOKEN = 4401
const TOKEN_KEY = 'chainrule:token'

const state = shallowRef<ConnectionState>('connecting')
export const connectionState = readonly(state)
const attempts = shallowRef(0)
/** How often it was tried since the connection was lost. */
export const connectionAttempts = readonly(attempts)
/** Streams that wait to be asked for again. */
const waiting = new Set<() => void>()
let connectNow: () => void = () => undefined
/** Tries at once instead of after the pause, which grows with every attempt. */
export const tryConnectionNow = (): void => connectNow()

const bridge = window.chainrule
const token = bridge ? '' : takeToken()

export const client: StudioClient = createORPCClient(bridge ? electronLink(bridge) : browserLink())

/** Paths of chosen or dropped files where the studio sees the same disk (Electron); null in a browser, which must upload. */
export function localPath(file: File): string | null {
  return bridge?.pathForFile(file) || null
}

/** True when files need not be uploaded. */
export const filesAreLocal = bridge !== undefined

/** Headers and address of an upload's piece. */
export function uploadRequest(putUrl: string, path: string, offset: number): { url: string; headers: Record<string, string> } {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = new URL(`${putUrl.replace(/\/$/, '')}/${encoded}`, location.href)
  url.searchParams.set('offset', String(offset))
  return { url: url.href, headers: { authorization: `Bearer ${token}` } }
}

/**
 * Follows a stream for as long as `signal` lets it: when the connection or the studio goes away, it asks again, a
 * little later each time. `open` is called anew, so it can ask for what is still missing.
 */
export async function follow<Event>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Event>>,
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      for await (const event of await open(signal)) {
        attempt = 0
        if (signal.aborted) return
        onEvent(event)
      }
    } catch (error) {
      if (signal.aborted) return
      if (isFinal(error)) throw error
    }
    await pause(Math.min(250 * 2 ** attempt, 5000), signal)
  }
}

/** Errors that asking again cannot cure. */
function isFinal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'NOT_FOUND' || code === 'USER_ERROR' || code === 'BAD_REQUEST'
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done, { once: true })
    waiting.add(done)
    function done(): void {
      clearTimeout(timer)
      waiting.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

function electronLink({ post, onMessage }: StudioBridge): PortLink<Record<never, never>> {
  state.value = 'open'
  const port = {
    postMessage: (message: Message) => post(message),
    addEventListener: (type: string, listener: (event: { data: Message }) => void) => {
      if (type === 'message') onMessage((data) => listener({ data }))
    },
  }
  return new PortLink({ port: port as unknown as MessagePort, customJsonSerializers: customSerializers })
}

function browserLink(): SocketLink<Record<never, never>> {
  const address = new URL('rpc', location.href)
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  address.search = `?token=${encodeURIComponent(token)}`
  address.hash = ''
  const socket = new ReconnectingWebSocket(address.href, [], {
    minReconnectionDelay: 200,
    maxReconnectionDelay: 4000,
    reconnectionDelayGrowFactor: 1.6,
    // Calls of a lost connection have failed already; they must not be carried out after all on the next one.
    maxEnqueuedMessages: 0,
  })
  connectNow = () => socket.reconnect()
  // The browser knows first when the network is back.
  window.addEventListener('online', () => state.value === 'lost' && socket.reconnect())
  let opened = false
  socket.addEventListener('open', () => {
    opened = true
    attempts.value = 0
    state.value = 'open'
    for (const again of [...waiting]) again()
  })
  socket.addEventListener('close', (event) => {
    if (event.code === WRONG_TOKEN) {
      state.value = 'refused'
      socket.close()
    } else if (state.value !== 'refused') {
      if (state.value !== 'open') attempts.value++
      state.value = opened ? 'lost' : 'connecting'
    }
  })
  return new SocketLink({ websocket: socket, customJsonSerializers: customSerializers })
}

/** The token comes once in the address (?token=… or #token=…), is kept for this tab, and leaves the address bar. */
function takeToken(): string {
  const address = new URL(location.href)
  const inHash = /(?:^#|[?&])token=([^&]+)/.exec(address.hash)?.[1]
  const given = address.searchParams.get('token') ?? (inHash ? decodeURIComponent(inHash) : null)
  if (given === null) return sessionStorage.getItem(TOKEN_KEY) ?? ''
  sessionStorage.setItem(TOKEN_KEY, given)
  address.searchParams.delete('token')
  if (inHash) address.hash = ''
  history.replaceState(null, '', address)
  return given
}
