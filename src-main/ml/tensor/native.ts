import { tf } from './tf'

/** An attribute of a TensorFlow op, as the native binding takes it. */
export interface OpAttribute {
  name: string
  type: number
  value: unknown
}

/** What the native backend (tfjs-node) adds to the common backend interface, as far as it is used here. */
export interface NativeBackend {
  binding: Readonly<
    Record<'TF_FLOAT' | 'TF_INT32' | 'TF_INT64' | 'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_ATTR_FLOAT' | 'TF_ATTR_SHAPE', number>
  > & {
    createTensor(shape: number[], dtype: number, values: ArrayBufferView): number
    deleteTensor(id: number): void
    executeOp(op: string, attributes: OpAttribute[], inputs: number[], outputs: number): { id: number; shape: number[]; dtype: number }[]
  }
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[]
  createOutputTensor(metadata: { id: number; shape: number[]; dtype: number }): tf.Tensor
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: readonly tf.Tensor[], outputs: number): tf.Tensor[]
}

/** The native TensorFlow when it computes, else null: then the portable form of an op serves. */
export function nativeBackend(): NativeBackend | null {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
}

/** Attributes by kind; `float32` and `int32` name the element type of an attribute such as T. */
export function attributes({ binding }: NativeBackend) {
  const make = (type: number) => (name: string, value: unknown): OpAttribute => ({ name, type, value })
  const type = make(binding.TF_ATTR_TYPE)
  return {
    float32: (name = 'T') => type(name, binding.TF_FLOAT),
    int32: (name: string) => type(name, binding.TF_INT32),
    integer: make(binding.TF_ATTR_INT),
    boolean: make(binding.TF_ATTR_BOOL),
    string: make(binding.TF_ATTR_STRING),
    float: make(binding.TF_ATTR_FLOAT),
    shape: make(binding.TF_ATTR_SHAPE),
  }
}

/** Runs an op whose first input is a 64-bit integer, a type that tfjs has no tensors of. */
export function executeWithInteger(
  native: NativeBackend,
  op: string,
  opAttributes: OpAttribute[],
  first: number,
  inputs: readonly tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const { binding } = native
  const integer = binding.createTensor([], binding.TF_INT64, Int32Array.of(first, 0)) // low word, high word
  const results = binding.executeOp(op, opAttributes, [integer, ...native.getInputTensorIds(inputs)], outputs)
  binding.deleteTensor(integer)
  return results.map((metadata) => native.createOutputTensor(metadata))
}

type Inputs = Record<string, tf.Tensor>
interface KernelFunctionHost {
  runKernelFunc<T extends tf.Tensor>(definition: {
    inputs: Inputs
    forwardFunc(backend: unknown, save: (tensors: tf.Tensor[]) => void): T
    backwardsFunc(gradient: T, saved: tf.Tensor[]): Record<string, () => tf.Tensor>
  }): T
}

/**
 * An op with its own gradient, like tf.customGrad, but each input's gradient is computed only when it is asked for:
 * the gradient with respect to the data of a first convolution costs as much as all the rest of that layer.
 */
export function differentiable<T extends tf.Tensor>(
  inputs: Inputs,
  forward: (save: (...tensors: tf.Tensor[]) => void) => T,
  backward: (gradient: T, saved: tf.Tensor[]) => Record<string, () => tf.Tensor>,
): T {
  const host = tf.engine() as unknown as KernelFunctionHost
  return host.runKernelFunc({ inputs, forwardFunc: (_backend, save) => forward((...tensors) => save(tensors)), backwardsFunc: backward })
}
