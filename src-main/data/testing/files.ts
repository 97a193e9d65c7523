import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** Files of each format, made by hand as their specifications say. */

export function idxFile(shape: number[], values: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header[2] = 0x08
  header[3] = shape.length
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
  return Buffer.concat([header, Uint8Array.from(values)])
}

export function npyFile(descriptor: string, fortran: boolean, shape: number[], bytes: Uint8Array): Buffer {
  const text = `{'descr': '${descriptor}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  start.writeUInt16LE(header.length, 8)
  return Buffer.concat([start, Buffer.from(header, 'latin1'), bytes])
}

export async function tarFile(entries: { name: string; content?: Uint8Array | string; type?: 'file' | 'symlink'; linkname?: string }[], compressed = true): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of entries) archive.entry({ ...header }, Buffer.from(content ?? ''))
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return compressed ? gzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks)
}

export interface WavSettings {
  sampleRate?: number
  channels?: number
  bits?: number
  /** 1 PCM, 3 float */
  tag?: number
  extensible?: boolean
  validBits?: number
  frameBytes?: number
  dataBytes?: number
  before?: { id: string; content: Buffer }[]
  /** RIFF, RIFX (big-endian; the samples are given so) or RF64 (sizes in a ds64 part). */
  container?: 'RIFF' | 'RIFX' | 'RF64'
}

export function wavFile(data: Buffer, settings: WavSettings = {}): Buffer {
  const { sampleRate = 8000, channels = 1, bits = 16, tag = 1, extensible = false, container = 'RIFF' } = settings
  const frameBytes = settings.frameBytes ?? (channels * bits) / 8
  const big = container === 'RIFX'
  const u16 = (bytes: Buffer, value: number, at: number) => (big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at))
  const u32 = (bytes: Buffer, value: number, at: number) => (big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at))
  const format = Buffer.alloc(extensible ? 40 : 16)
  u16(format, extensible ? 0xfffe : tag, 0)
  u16(format, channels, 2)
  u32(format, sampleRate, 4)
  u32(format, sampleRate * frameBytes, 8)
  u16(format, frameBytes, 12)
  u16(format, bits, 14)
  if (extensible) {
    u16(format, 22, 16)
    u16(format, settings.validBits ?? bits, 18)
    u16(format, tag, 24)
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(format, 26)
  }
  const chunk = (id: string, content: Buffer, size = content.length) => {
    const header = Buffer.alloc(8)
    header.write(id, 'latin1')
    u32(header, size, 4)
    return Buffer.concat([header, content, Buffer.alloc(content.length % 2)])
  }
  const sizes = Buffer.alloc(28)
  sizes.writeBigUInt64LE(BigInt(data.length), 8)
  const large = container === 'RF64'
  const body = Buffer.concat([
    Buffer.from('WAVE'), ...(large ? [chunk('ds64', sizes)] : []), ...(settings.before ?? []).map(({ id, content }) => chunk(id, content)),
    chunk('fmt ', format), chunk('data', data, settings.dataBytes ?? (large ? 0xffffffff : data.length)),
  ])
  const riff = Buffer.alloc(8)
  riff.write(container, 'latin1')
  u32(riff, large ? 0xffffffff : body.length, 4)
  return Buffer.concat([riff, body])
}

export function pcm16(values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (let i = 0; i < values.length; i++) bytes.writeInt16LE(values[i]!, 2 * i)
  return bytes
}

/** A MATLAB 5 file of matrices given in C order, stored column-major as MATLAB does; `compress` wraps each in zlib. */
export function matFile(arrays: { name: string; rows: number; columns: number; values: number[]; type: 'uint8' | 'double' }[], compress: (bytes: Buffer) => Buffer | null): Buffer {
  const header = Buffer.alloc(128, ' ')
  header.write('MATLAB 5.0 MAT-file', 'latin1')
  header.writeUInt16LE(0x0100, 124)
  header.write('IM', 126, 'latin1')
  const element = (type: number, data: Buffer) => {
    const tag = Buffer.alloc(8)
    tag.writeUInt32LE(type, 0)
    tag.writeUInt32LE(data.length, 4)
    return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)])
  }
  const int32 = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length)
    values.forEach((value, i) => bytes.writeInt32LE(value, 4 * i))
    return bytes
  }
  const parts = arrays.map(({ name, rows, columns, values, type }) => {
    const bytes = Buffer.alloc(values.length * (type === 'double' ? 8 : 1))
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const value = values[row * columns + column]!
        if (type === 'double') bytes.writeDoubleLE(value, 8 * (column * rows + row))
        else bytes[column * rows + row] = value
      }
    // A name of at most 4 letters lies inside its tag.
    const small = Buffer.alloc(8)
    small.writeUInt16LE(1, 0)
    small.writeUInt16LE(name.length, 2)
    small.write(name, 4, 'latin1')
    const nameElement = name.length <= 4 ? small : element(1, Buffer.from(name, 'latin1'))
    const matrix = element(14, Buffer.concat([element(6, int32(type === 'double' ? 6 : 9, 0)), element(5, int32(rows, columns)), nameElement, element(type === 'double' ? 9 : 2, bytes)]))
    const packed = compress(matrix)
    if (!packed) return matrix
    const tag = Buffer.alloc(8)
    tag.writeUInt32LE(15, 0)
    tag.writeUInt32LE(packed.length, 4)
    return Buffer.concat([tag, packed])
  })
  return Buffer.concat([header, ...parts])
}

/** A BMP from rows of pixel bytes, top row first; `palette` as [red, green, blue] rows. */
export function bmpFile(width: number, height: number, bits: number, rows: number[][], options: { palette?: number[][]; masks?: number[]; topDown?: boolean; compression?: number; data?: number[] } = {}): Buffer {
  const { palette = [], masks = [], topDown = false } = options
  const stride = Math.ceil((width * bits) / 32) * 4
  const header = Buffer.alloc(54)
  header.write('BM', 'latin1')
  header.writeUInt32LE(54 + 4 * masks.length + 4 * palette.length, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(width, 18)
  header.writeInt32LE(topDown ? -height : height, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(bits, 28)
  header.writeUInt32LE(options.compression ?? (masks.length > 0 ? 3 : 0), 30)
  header.writeUInt32LE(palette.length, 46)
  const maskBytes = Buffer.alloc(4 * masks.length)
  masks.forEach((mask, i) => maskBytes.writeUInt32LE(mask, 4 * i))
  const paletteBytes = Buffer.from(palette.flatMap(([red, green, blue]) => [blue!, green!, red!, 0]))
  const ordered = topDown ? rows : rows.slice().reverse()
  const pixels = options.data ? Buffer.from(options.data) : Buffer.concat(ordered.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(stride - row.length)])))
  return Buffer.concat([header, maskBytes, paletteBytes, pixels])
}
