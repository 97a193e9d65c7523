import type { tf as Tf } from '../tf.js'
import { tf } from '../tf.js'

/** What a kernel is called with; the inputs are tensors, as the engine passes on what an operation was given. */
export interface KernelCall<Inputs, Attributes> {
  inputs: Inputs
  attrs: Attributes
}

/**
 * A kernel written in tensor operations. Inside a kernel the gradient tape is off, and a kernel may answer a tensor,
 * so all it has to take care of is that intermediate tensors are disposed of.
 */
export function composedKernel<Inputs, Attributes>(
  kernelName: string,
  compute: (inputs: Inputs, attrs: Attributes) => Tf.Tensor,
): Tf.KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const { inputs, attrs } = call as unknown as KernelCall<Inputs, Attributes>
      return tf.tidy(() => compute(inputs, attrs))
    },
  }
}
