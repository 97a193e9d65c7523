/** Text chunks (tEXt, and iTXt without compression) of a PNG by their keywords; none where the bytes are no PNG. */
export function pngText(png: Uint8Array): Record<string, string> {
  const texts: Record<string, string> = {}
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  if (png.length < 8 || view.getUint32(0) !== 0x89504e47) return texts
  const [latin, utf8] = [new TextDecoder('latin1'), new TextDecoder()]
  for (let offset = 8; offset + 12 <= png.length; ) {
    const length = view.getUint32(offset)
    const type = latin.decode(png.subarray(offset + 4, offset + 8))
    const data = png.subarray(offset + 8, offset + 8 + length)
    const end = data.indexOf(0)
    if (end > 0) {
      const keyword = latin.decode(data.subarray(0, end))
      if (type === 'tEXt') texts[keyword] = latin.decode(data.subarray(end + 1))
      // After the keyword: whether compressed, how, then a language and a translated keyword, each ended by a zero.
      if (type === 'iTXt' && data[end + 1] === 0) texts[keyword] = utf8.decode(data.subarray(data.indexOf(0, data.indexOf(0, end + 3) + 1) + 1))
    }
    offset += 12 + length
  }
  return texts
}
