import { compiledKernels } from './compiled'
import { webAssembly } from './webAssembly'
import type { CompiledModule, SharedMemory } from './webAssembly'

/** What assembly/index.ts exports. */
export interface Kernels {
  base(): number
  exponentials(from: number, to: number, count: number): void
  /** Not 0 while there is more to draw. */
  run(job: number, worker: number): number
  begin(job: number, worker: number, first: number): void
  forward(job: number, worker: number, first: number, step: number): void
  accept(job: number, worker: number, first: number, step: number): void
}

let compiled: CompiledModule | null = null
let base: number | null = null

/** The kernels' code; every thread makes instances of the same module. */
export function kernelModule(): CompiledModule {
  compiled ??= new webAssembly.Module(Uint8Array.from(atob(compiledKernels), (character) => character.charCodeAt(0)))
  return compiled
}

export function instantiateKernels(memory: SharedMemory): Kernels {
  return new webAssembly.Instance(kernelModule(), { env: { memory } }).exports as unknown as Kernels
}

/** First byte of memory that the kernels leave free. */
export function kernelBase(): number {
  base ??= instantiateKernels(new webAssembly.Memory({ initial: 1, maximum: 1, shared: true })).base()
  return base
}
