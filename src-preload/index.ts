import type { IpcRendererEvent } from 'electron'
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { ChainruleBridge } from './api'

// Written out rather than imported from transports/electronIpc: a sandboxed preload stands alone.
const RPC_CHANNEL = 'chainrule:rpc'

const bridge: ChainruleBridge = {
  post: (message) => ipcRenderer.send(RPC_CHANNEL, message),
  onMessage: (listener) => {
    const hear = (_event: IpcRendererEvent, message: string | Uint8Array): void => listener(message)
    ipcRenderer.on(RPC_CHANNEL, hear)
    return () => ipcRenderer.off(RPC_CHANNEL, hear)
  },
  pathForFile: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('chainrule', bridge)
