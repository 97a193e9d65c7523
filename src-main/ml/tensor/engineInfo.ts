/** Which engine computes, and why that one: shown in the studio and printed by `doctor`. */
export interface EngineInfo {
  name: 'tfjs-node-gpu' | 'wasm';
  /** The version of the native TensorFlow, or null where none is in use. */
  tensorflow: string | null;
  device: 'cpu' | 'gpu';
  /** The name of the GPU, or null. */
  gpu: string | null;
  reason: string;
}
