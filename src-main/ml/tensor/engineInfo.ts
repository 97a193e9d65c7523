/** Which engine computes, and why that one: shown in the studio and printed by `doctor`. */
export interface EngineInfo {
  name: 'tfjs-node-gpu' | 'wasm'
  /** The version of the native TensorFlow, or null where none is in use. */
  tensorflow: string | null
  device: 'cpu' | 'gpu'
  /** The name of the GPU, or null. */
  gpu: string | null
  reason: string
}

/** Describes a native TensorFlow that has started. */
export function describeTensorflow(version: string | null, usesGpu: boolean, gpu: string | null): EngineInfo {
  return {
    name: 'tfjs-node-gpu',
    tensorflow: version,
    device: usesGpu ? 'gpu' : 'cpu',
    gpu: usesGpu ? gpu : null,
    reason: usesGpu ? `TensorFlow runs on ${gpu ?? 'the GPU'}` : 'TensorFlow runs on the processor: no GPU that it can use was found',
  }
}
