import type { StandardRPCCustomJsonSerializer } from '@orpc/client/standard'

/** Uint8Array as base64, for previews and samples of up to a few megabytes. Node and browsers alike. */
export const bytesSerializer = {
  type: 40,
  condition: (data: unknown) => data instanceof Uint8Array,
  serialize: (data: Uint8Array) => toBase64(data),
  deserialize: (text: string) => fromBase64(text),
} satisfies StandardRPCCustomJsonSerializer

export const customSerializers = [bytesSerializer]

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
