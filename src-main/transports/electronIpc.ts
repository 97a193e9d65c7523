import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import { customSerializers } from '../contract'
import type { Port, PortHandle } from './port'
import { createPort, isRpcMessage } from './port'
import type { ServedContext, ServedStudio } from './studio'
import { callOptions } from './studio'

/** The one channel between a window and main; both directions carry oRPC messages and nothing else. */
export const RPC_CHANNEL = 'chainrule:rpc'

export interface ElectronIpcOptions {
  ipcMain: IpcMain
  /** Origin of the studio's own page; messages from any other page, or from a frame inside it, are dropped. */
  origin: string
  /** What answers a window's port: a studio of this process, or a joined one elsewhere. */
  connect(port: Port): void
  /** Called with a sentence for the log when a message was dropped. */
  onRefused?(reason: string): void
}

/** Gives every window its own port; a reload or a crash closes it, which ends the streams it had open. */
export function serveElectronIpc({ ipcMain, origin, connect, onRefused }: ElectronIpcOptions): { close(): void } {
  const handles = new Map<number, PortHandle>()
  const watched = new WeakSet<WebContents>()

  const drop = (id: number): void => {
    handles.get(id)?.close()
    handles.delete(id)
  }

  const watch = (contents: WebContents): void => {
    if (watched.has(contents)) return
    watched.add(contents)
    const { id } = contents
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) drop(id)
    })
    contents.on('render-process-gone', () => drop(id))
    contents.on('destroyed', () => drop(id))
  }

  const open = (contents: WebContents): PortHandle => {
    watch(contents)
    const existing = handles.get(contents.id)
    if (existing) return existing
    const handle = createPort((message) => {
      if (!contents.isDestroyed()) contents.send(RPC_CHANNEL, message)
    })
    handles.set(contents.id, handle)
    connect(handle.port)
    return handle
  }

  const receive = (event: IpcMainEvent, message: unknown): void => {
    const refusal = refuseSender(event, origin)
    if (refusal) return onRefused?.(refusal)
    if (!isRpcMessage(message)) return onRefused?.('a message that is neither text nor bytes')
    open(event.sender).receive(message)
  }

  ipcMain.on(RPC_CHANNEL, receive)
  return {
    close: () => {
      ipcMain.off(RPC_CHANNEL, receive)
      for (const id of [...handles.keys()]) drop(id)
    },
  }
}

/** Why a message may not pass: only the top frame of a window that shows our own page is heard. */
export function refuseSender(event: Pick<IpcMainEvent, 'senderFrame' | 'sender'>, origin: string): string | null {
  const frame = event.senderFrame
  if (!frame) return 'a message from a frame that is gone'
  if (frame !== event.sender.mainFrame) return `a message from a frame inside the window: ${frame.url}`
  try {
    const { protocol, host } = new URL(frame.url)
    return `${protocol}//${host}` === origin ? null : `a message from another page: ${frame.url}`
  } catch {
    return `a message from a page without an address: ${frame.url}`
  }
}

/** Answers ports with a studio of this process. */
export function connectStudio<T extends ServedContext>(studio: ServedStudio<T>): (port: Port) => void {
  const handler = new RPCHandler<T>(studio.router, { customJsonSerializers: customSerializers })
  return (port) => handler.upgrade(port, ...callOptions(studio))
}
