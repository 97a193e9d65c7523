/** The .npy format, version 1.0: magic, header padded to a multiple of 64 bytes, then the values in C order. dtype |u1, <u2 or <f4. */
export function encodeNpy(values: Uint8Array | Uint16Array | Float32Array, shape: readonly number[]): Uint8Array {
  const size = shape.reduce((product, length) => product * length, 1)
  if (size !== values.length) throw new Error(`An array of shape (${shape.join(', ')}) has ${size} values, not ${values.length}.`)
  const description = `{'descr': '${values instanceof Float32Array ? '<f4' : values instanceof Uint16Array ? '<u2' : '|u1'}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const padded = description.padEnd(Math.ceil((10 + description.length + 1) / 64) * 64 - 11) + '\n'
  const header = Buffer.alloc(10)
  header.write('\x93NUMPY', 'latin1')
  header.writeUInt8(1, 6)
  header.writeUInt16LE(padded.length, 8)
  return Buffer.concat([header, Buffer.from(padded, 'latin1'), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)])
}
