/** The two ends of a child process's channel, brought to the port shape that oRPC's MessagePort adapter takes. */
export interface ProcessEnd {
  send?(message: string | Uint8Array, callback: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** A port as Electron's main process has them, one of the shapes that oRPC knows. */
export interface ProcessPort {
  postMessage(message: string | Uint8Array): void
  on(event: string, listener: (event?: { data: unknown }) => void): void
}

/**
 * `end` is a forked ChildProcess in the parent and `process` in the child. There is no 'close': the child ends with its channel, and in the
 * parent the process's end says more than the channel's.
 */
export function processPort(end: ProcessEnd): ProcessPort {
  return {
    postMessage(message) {
      // A message to a process that has just died is lost like the process itself; its 'exit' event tells.
      end.send?.(message, () => {})
    },
    on(event, listener) {
      if (event === 'message') end.on('message', (data) => listener({ data }))
    },
  }
}
