import type { NativeAttribute, TensorMetadata } from './binding'

/** What is known of an op's input without computing it. */
export interface KnownInput {
  shape: readonly number[]
  dtype: number
  /** Of a constant: the shape of the output may depend on it (Reshape, Slice, Fill). */
  content?: Uint8Array
}

export type OutputShape = Omit<TensorMetadata, 'id'>

/** Longer constants are data; shapes, sizes and axes are shorter. */
const SHAPE_BYTES = 64
/** Some thousands for a deep model. */
const REMEMBERED = 50_000

const remembered = new Map<string, readonly OutputShape[]>()

/** What determines the shapes and types of an op's outputs. */
export function shapeKey(op: string, attributes: readonly NativeAttribute[], inputs: readonly KnownInput[]): string {
  const described = inputs.map(({ shape, dtype, content }) => {
    const value = content && content.byteLength <= SHAPE_BYTES ? `=${content.join()}` : ''
    return `${dtype}[${shape.join()}]${value}`
  })
  return `${op}(${described.join(';')})${attributes.map(({ name, value }) => `${name}:${String(value)}`).join('|')}`
}

/** The outputs of an op that has run before with the like inputs. */
export const recalledShapes = (key: string): readonly OutputShape[] | undefined => remembered.get(key)

export function rememberShapes(key: string, outputs: readonly OutputShape[]): void {
  if (remembered.size >= REMEMBERED) remembered.clear()
  remembered.set(
    key,
    outputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype })),
  )
}
