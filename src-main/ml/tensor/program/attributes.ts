import { bytesField, floatField, varintField } from './protobuf'

/** TensorFlow's DataType numbers (types.proto) for what the studio computes with. */
export const dataTypes = { float32: 1, int32: 3, string: 7, int64: 9, bool: 10, resource: 20 } as const

/** An attribute value in one of AttrValue's forms (attr_value.proto). */
export type AttributeValue =
  | { type: number }
  | { int: number }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { shape: readonly number[] }
  | { ints: readonly number[] }
  | { types: readonly number[] }
  | { tensor: { dtype: number; shape: readonly number[]; content: Uint8Array } }

export function encodeShape(shape: readonly number[]): Buffer {
  return Buffer.concat(shape.map((size) => bytesField(2, varintField(1, size))))
}

export function encodeAttribute(value: AttributeValue): Buffer {
  if ('type' in value) return varintField(6, value.type)
  if ('int' in value) return varintField(3, value.int)
  if ('float' in value) return floatField(4, value.float)
  if ('bool' in value) return varintField(5, value.bool ? 1 : 0)
  if ('string' in value) return bytesField(2, value.string)
  if ('shape' in value) return bytesField(7, encodeShape(value.shape))
  if ('ints' in value) return bytesField(1, Buffer.concat(value.ints.map((item) => varintField(3, item))))
  if ('types' in value) return bytesField(1, Buffer.concat(value.types.map((item) => varintField(6, item))))
  const { dtype, shape, content } = value.tensor
  return bytesField(8, Buffer.concat([varintField(1, dtype), bytesField(2, encodeShape(shape)), bytesField(4, content)]))
}
