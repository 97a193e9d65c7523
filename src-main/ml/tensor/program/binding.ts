import type { Tensor } from '@tensorflow/tfjs-core'

export interface TensorMetadata { id: number; shape: number[]; dtype: number }
export interface NativeAttribute { name: string; type: number; value: unknown }

/** The part of tfjs-node's native binding that programs use. */
export interface NativeBinding {
  TF_ATTR_STRING: number
  TF_ATTR_INT: number
  TF_ATTR_FLOAT: number
  TF_ATTR_BOOL: number
  TF_ATTR_TYPE: number
  TF_ATTR_SHAPE: number
  executeOp(op: string, attributes: NativeAttribute[], inputs: number[], outputs: number): TensorMetadata[]
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): ArrayBufferView
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[]
}

export interface NativeBackend {
  binding: NativeBinding
  /** What the backend holds for each tensor's data; `id` is null until the native library has it. */
  tensorMap: { get(dataId: object): { id: number | null } | undefined }
  getInputTensorIds(tensors: readonly Tensor[]): number[]
  createOutputTensor(metadata: TensorMetadata): Tensor
}
