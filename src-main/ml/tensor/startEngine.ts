import type { EngineInfo } from './engineInfo.js'
import { startTensorflow } from './startTensorflow.js'
import { startWebAssembly } from './wasm/startWebAssembly.js'

export type { EngineInfo } from './engineInfo.js'

export interface EngineOptions {
  /** Which engine to try first; `CHAINRULE_ENGINE=wasm` or `tensorflow` says the same for a whole process. */
  prefer?: 'tensorflow' | 'wasm'
  /** How many cores the engine may take; all of them when not given. Takes effect on the first start only. */
  threads?: number
}

let started: Promise<EngineInfo> | null = null

/**
 * Starts the compute engine of this process, once: the native TensorFlow, or WebAssembly where that cannot be loaded.
 * Rejects only when neither starts.
 */
export function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  started ??= start(options).catch((error: unknown) => {
    started = null
    throw error
  })
  return started
}

async function start(options: EngineOptions): Promise<EngineInfo> {
  const prefer = options.prefer ?? (process.env.CHAINRULE_ENGINE === 'wasm' ? 'wasm' : 'tensorflow')
  if (prefer === 'wasm') return startWebAssembly('WebAssembly was asked for', options.threads)
  try {
    return await startTensorflow(options.threads)
  } catch (error) {
    return startWebAssembly(`The native TensorFlow could not be loaded: ${firstLine(error)}`, options.threads)
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? ''
