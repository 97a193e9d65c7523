import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type * as wasmBackend from '@tensorflow/tfjs-backend-wasm'
import type { EngineInfo } from '../engineInfo.js'
import { tf } from '../tf.js'
import { registerTrainingKernels } from './registerTrainingKernels.js'

// Not named 'require': the build may add a constant of that name to the file.
const load = createRequire(import.meta.url)

/** Starts the WebAssembly backend of tfjs, which needs nothing but its npm package. */
export async function startWebAssembly(reason: string, threads?: number): Promise<EngineInfo> {
  const wasm: typeof wasmBackend = load('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(dirname(load.resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  if (threads !== undefined) wasm.setThreadsCount(threads)
  await tf.setBackend('wasm')
  await tf.ready()
  if (tf.getBackend() !== 'wasm') throw new Error('The WebAssembly engine could not be started')
  registerTrainingKernels()
  return { name: 'wasm', tensorflow: null, device: 'cpu', gpu: null, reason }
}
