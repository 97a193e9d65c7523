import { expect, it } from 'vitest'
import { pngText } from './pngText'

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  new DataView(bytes.buffer).setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(type), 4)
  bytes.set(data, 8)
  return bytes
}
const text = (...parts: string[]): Uint8Array => new TextEncoder().encode(parts.join('\0'))
const png = (...chunks: Uint8Array[]): Uint8Array => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...chunks.flatMap((bytes) => [...bytes])])

it('finds what a picture says of itself', () => {
  // Keyword, 0, not compressed, method, language, 0, translated keyword, 0, text.
  const recipe = chunk('iTXt', text('chainrule:recipe', '\0', '', '', '{"runId":"Größe"}'))
  expect(pngText(png(chunk('tEXt', text('Software', 'Chainrule')), recipe, chunk('IDAT', new Uint8Array(5))))).toEqual({
    'Software': 'Chainrule',
    'chainrule:recipe': '{"runId":"Größe"}',
  })
})

it('finds nothing in anything else, nor past the end of a cut file', () => {
  expect(pngText(new TextEncoder().encode('no picture at all'))).toEqual({})
  expect(pngText(png(chunk('tEXt', text('Software', 'Chainrule'))).subarray(0, 15))).toEqual({})
})
