/** The part of the WebAssembly interface that the kernels need; TypeScript has it in the browser's library only. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}
export interface CompiledModule {
  readonly compiled?: true
}

interface WebAssemblyInterface {
  Module: new (code: Uint8Array) => CompiledModule
  Instance: new (module: CompiledModule, imports: { env: { memory: SharedMemory } }) => { exports: object }
  Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly
