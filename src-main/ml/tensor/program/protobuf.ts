/** A writer for the few protocol-buffer messages that a TensorFlow graph needs (wire format of protobuf 3). */

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

/** Field of wire type 0: integers, booleans, enums. */
export function varintField(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

/** Field of wire type 2: strings, bytes, sub-messages and packed repetitions. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])
}

/** Field of wire type 5: a 32-bit float. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes[0] = (field << 3) | 5
  bytes.writeFloatLE(value, 1)
  return bytes
}
