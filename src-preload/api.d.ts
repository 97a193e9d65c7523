/**
 * What the preload script gives the window, and all that it gives. The renderer declares `window.chainrule?: ChainruleBridge`:
 * present in Electron, absent in a browser.
 */
export interface ChainruleBridge {
  /** Sends one RPC message to the studio. */
  post(message: string | Uint8Array | ArrayBuffer): void
  /** Hears every RPC message from the studio; answers a function that stops hearing. */
  onMessage(listener: (message: string | Uint8Array | ArrayBuffer) => void): () => void
  /** The path of a dropped or chosen file; '' for a file that does not lie on the disk. */
  pathForFile(file: File): string
}
