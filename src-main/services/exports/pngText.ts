/** PNG text chunks (PNG specification, section 11.3.4), which image libraries do not write. */
const SIGNATURE_AND_HEADER = 8 + 25

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** The PNG with one international (UTF-8, uncompressed) text chunk per entry, placed before its pixels. */
export function withPngText(png: Uint8Array, texts: Readonly<Record<string, string>>): Buffer {
  const chunks = Object.entries(texts).map(([keyword, text]) => {
    const body = Buffer.concat([Buffer.from('iTXt'), Buffer.from(keyword, 'latin1'), Buffer.alloc(5), Buffer.from(text, 'utf8')])
    const chunk = Buffer.alloc(body.length + 8)
    chunk.writeUInt32BE(body.length - 4, 0)
    body.copy(chunk, 4)
    chunk.writeUInt32BE(crc32(body), body.length + 4)
    return chunk
  })
  return Buffer.concat([png.subarray(0, SIGNATURE_AND_HEADER), ...chunks, png.subarray(SIGNATURE_AND_HEADER)])
}

/** Text chunks (tEXt, and iTXt without compression) of a PNG. */
export function readPngText(png: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  const texts: Record<string, string> = {}
  for (let offset = 8; offset + 12 <= buffer.length;) {
    const length = buffer.readUInt32BE(offset)
    const type = buffer.toString('latin1', offset + 4, offset + 8)
    const data = buffer.subarray(offset + 8, offset + 8 + length)
    const end = data.indexOf(0)
    const keyword = data.toString('latin1', 0, Math.max(0, end))
    if (type === 'tEXt') texts[keyword] = data.toString('latin1', end + 1)
    if (type === 'iTXt' && data[end + 1] === 0) {
      const language = data.indexOf(0, end + 3)
      texts[keyword] = data.toString('utf8', data.indexOf(0, language + 1) + 1)
    }
    offset += 12 + length
  }
  return texts
}
