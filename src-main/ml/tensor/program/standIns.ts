import { dataTypes } from './attributes'
import type { NativeBinding, TensorMetadata } from './binding'
import type { OutputShape } from './shapeMemory'

/** Above every id that the binding gives. */
const FIRST = 2 ** 40

export interface StandIns {
  /** Whether zeros of this type can be made. */
  possible(shape: OutputShape): boolean
  /** A tensor that is not there. */
  make(shape: OutputShape): TensorMetadata
  /** The native tensor: of a stand-in, zeros. */
  real(id: number): number
  /** Deletes a stand-in or a native tensor. */
  remove(id: number): void
}

/** Tensors known by shape and type alone, which become zeros when an op has to compute with them. */
export function createStandIns(native: NativeBinding): StandIns {
  const known = new Map<number, OutputShape & { real: number | null }>()
  let next = FIRST
  return {
    possible: ({ dtype }) => dtype in arrays,
    make({ shape, dtype }) {
      const id = next++
      known.set(id, { shape, dtype, real: null })
      return { id, shape: [...shape], dtype }
    },
    real(id) {
      const standIn = known.get(id)
      if (!standIn) return id
      standIn.real ??= native.createTensor(standIn.shape, standIn.dtype, zeros(standIn))
      return standIn.real
    },
    remove(id) {
      const standIn = known.get(id)
      if (!standIn) return native.deleteTensor(id)
      if (standIn.real !== null) native.deleteTensor(standIn.real)
      known.delete(id)
    },
  }
}

const arrays: Readonly<Record<number, Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor>> = {
  [dataTypes.float32]: Float32Array,
  [dataTypes.int32]: Int32Array,
  [dataTypes.bool]: Uint8Array,
}

const zeros = ({ shape, dtype }: OutputShape): Float32Array | Int32Array | Uint8Array =>
  new arrays[dtype]!(shape.reduce((product, length) => product * length, 1))
