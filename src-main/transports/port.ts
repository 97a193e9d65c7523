/**
 * The smallest shape that oRPC's MessagePort adapter needs. Everything that carries messages (Electron's IPC, a joined
 * studio's socket) is brought to this shape, and nothing above it knows which one it is talking through.
 */
export type RpcMessage = string | Uint8Array | ArrayBuffer

export interface PortEvent {
  data: RpcMessage
}

export interface Port {
  postMessage(message: RpcMessage): void
  addEventListener(type: 'message' | 'close', listener: (event: PortEvent) => void): void
}

export interface PortHandle {
  port: Port
  /** Gives the port a message that has arrived from the other side. */
  receive(message: RpcMessage): void
  /** Ends the port: open streams are aborted, and later messages go nowhere. */
  close(): void
  readonly closed: boolean
}

/** Makes a port over any pair of `send` and `receive`. */
export function createPort(send: (message: RpcMessage) => void): PortHandle {
  const messageListeners: Array<(event: PortEvent) => void> = []
  const closeListeners: Array<(event: PortEvent) => void> = []
  let closed = false
  return {
    port: {
      postMessage: (message) => {
        if (!closed) send(message)
      },
      addEventListener: (type, listener) => {
        const listeners = type === 'message' ? messageListeners : closeListeners
        listeners.push(listener)
      },
    },
    receive: (message) => {
      if (closed) return
      for (const listener of messageListeners) listener({ data: message })
    },
    close: () => {
      if (closed) return
      closed = true
      for (const listener of closeListeners) listener({ data: '' })
    },
    get closed() {
      return closed
    },
  }
}

/** What may pass as a message: anything else that reaches a port is not from our own client. */
export function isRpcMessage(value: unknown): value is RpcMessage {
  return typeof value === 'string' || value instanceof Uint8Array || value instanceof ArrayBuffer
}
