import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** 32 random bytes, safe in an address. */
export function createToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares in constant time; hashing first makes the lengths equal, so not even the length leaks. */
export function tokensEqual(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** The token of a request: `Authorization: Bearer …`, or `?token=…` where headers cannot be set (a browser's WebSocket). */
export function requestToken(request: IncomingMessage, url: URL): string {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? url.searchParams.get('token') ?? ''
}
