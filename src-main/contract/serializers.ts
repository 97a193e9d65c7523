import type { StandardRPCCustomJsonSerializer } from '@orpc/client/standard'

/** Uint8Array as base64, for previews and samples of up to a few megabytes. Node and browsers alike. */
export const bytesSerializer = {
  type: 40,
  condition: (data: unknown) => data instanceof Uint8Array,
  serialize: (data: Uint8Array) => toBase64(data),
  deserialize: (text: string) => fromBase64(text),
} satisfies StandardRPCCustomJsonSerializer

/** Levels of 16-bit audio likewise, low bytes first. */
export const wordsSerializer = {
  type: 41,
  condition: (data: unknown) => data instanceof Uint16Array,
  serialize: (data: Uint16Array) => toBase64(wordBytes(data)),
  deserialize: (text: string) => {
    const bytes = fromBase64(text)
    const view = new DataView(bytes.buffer)
    return Uint16Array.from({ length: bytes.length >> 1 }, (_value, index) => view.getUint16(2 * index, true))
  },
} satisfies StandardRPCCustomJsonSerializer

function wordBytes(words: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * words.length)
  const view = new DataView(bytes.buffer)
  words.forEach((word, index) => view.setUint16(2 * index, word, true))
  return bytes
}

export const customSerializers = [bytesSerializer, wordsSerializer]

const CHUNK = 0x8000

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < bytes.length; start += CHUNK) binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK))
  return btoa(binary)
}

/** Throws where the text is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}
