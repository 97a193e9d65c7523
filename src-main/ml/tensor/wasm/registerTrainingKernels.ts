import type { tf as Tf } from '../tf.js'
import { tf } from '../tf.js'
import { conv2DBackpropFilter, conv2DBackpropInput } from './convolutionKernels.js'
import { einsum } from './einsumKernel.js'
import { batchMatMul } from './matMulKernel.js'
import { unsortedSegmentSum } from './unsortedSegmentSum.js'

/** The package's kernel loses part of the gradient; a clear refusal is better than a model that learns wrongly. */
const refuseMaxPoolGradient: Tf.KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'wasm',
  kernelFunc: () => {
    throw new Error('Max pooling cannot be trained on WebAssembly')
  },
}

let registered = false

/**
 * Registers for the WebAssembly backend the kernels that training needs and the package lacks, and replaces two that it
 * has but computes in plain loops. Still missing afterwards, and needed by no family: the gradients
 * of depthwise convolution and of max pooling, complex numbers and Fourier transforms, ragged tensors.
 */
export function registerTrainingKernels(): void {
  if (registered) return
  registered = true
  for (const kernel of [conv2DBackpropFilter, unsortedSegmentSum, einsum]) tf.registerKernel(kernel)
  replace('BatchMatMul', batchMatMul)
  replace('Conv2DBackpropInput', conv2DBackpropInput)
  replace('MaxPoolGrad', () => refuseMaxPoolGradient)
}

function replace(name: string, build: (original: Tf.KernelFunc) => Tf.KernelConfig): void {
  const original = tf.getKernel(name, 'wasm').kernelFunc
  tf.unregisterKernel(name, 'wasm')
  tf.registerKernel(build(original))
}
