import { createRequire } from 'node:module'
import util from 'node:util'
import { describeTensorflow } from './engineInfo.js'
import type { EngineInfo } from './engineInfo.js'
import { tf } from './tf.js'

// Not named 'require': the build may add a constant of that name to the file.
const load = createRequire(import.meta.url)

/** What tfjs-node adds to the common backend interface, as far as it is used here. */
interface NativeBackend {
  binding: { TF_Version?: string }
  isUsingGpuDevice: boolean
}

/**
 * Loads tfjs-node-gpu, which registers the backend 'tensorflow' into the shared tfjs and selects it.
 * Throws when its binding is missing or its libraries cannot be loaded.
 */
export async function startTensorflow(threads?: number): Promise<EngineInfo> {
  // TensorFlow reads these once, while its library is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'
  if (threads !== undefined) {
    process.env.TF_NUM_INTRAOP_THREADS = String(threads)
    process.env.TF_NUM_INTEROP_THREADS = String(Math.min(threads, 2))
    process.env.OMP_NUM_THREADS = String(threads)
  }
  restoreRemovedUtilities()
  load('@tensorflow/tfjs-node-gpu')
  if (!tf.findBackend('tensorflow')) throw new Error('the native backend was registered in another copy of tfjs')
  await tf.setBackend('tensorflow')
  await tf.ready()
  const backend = tf.backend() as unknown as NativeBackend
  const gpu = backend.isUsingGpuDevice ? await gpuName() : null
  return describeTensorflow(backend.binding.TF_Version ?? null, backend.isUsingGpuDevice, gpu)
}

/** tfjs-node still calls two helpers that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const legacy = util as unknown as Record<string, unknown>
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  legacy.isArray ??= Array.isArray
}

async function gpuName(): Promise<string | null> {
  const { execFile } = await import('node:child_process')
  return new Promise((resolve) => {
    execFile('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { timeout: 5_000 }, (error, stdout) => {
      resolve(error ? null : (stdout.trim().split('\n')[0] ?? null))
    })
  })
}
