export interface ParsedTensor {
  dtype: string
  shape: number[]
  values: Float32Array
}

/** Reads a safetensors file by its published layout: length of the header, header as JSON, the tensors' bytes. */
export function parseSafetensors(bytes: Uint8Array): Map<string, ParsedTensor> {
  const buffer = Buffer.from(bytes)
  const headerLength = Number(buffer.readBigUInt64LE(0))
  const header = JSON.parse(buffer.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >
  const tensors = new Map<string, ParsedTensor>()
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const data = buffer.subarray(8 + headerLength + offsets[0], 8 + headerLength + offsets[1])
    tensors.set(name, { dtype, shape, values: Float32Array.from({ length: data.length / 4 }, (_, index) => data.readFloatLE(4 * index)) })
  }
  return tensors
}
