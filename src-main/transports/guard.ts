import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { requestToken, tokensEqual } from './token'

/** Why a request is refused, in words for the person who reads the browser's error page. */
export interface Refusal {
  status: 400 | 401 | 403 | 421
  message: string
}

/**
 * DNS rebinding makes a foreign page's own name resolve to this machine, so only names that cannot be rebound are
 * answered: literal addresses, localhost, and this machine's own name. The port is free, for SSH tunnels change it.
 */
export function hostAllowed(host: string | undefined, boundHost: string): boolean {
  const name = hostName(host)
  if (name === null) return false
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true
  const own = hostname().toLowerCase()
  return [boundHost.toLowerCase(), own, `${own}.local`, `${own.split('.')[0]}.local`].includes(name)
}

/** A browser names the page that asks. Only our own page may: its origin is the very address that was asked. */
export function originAllowed(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true
  try {
    const { protocol, host: originHost } = new URL(origin)
    return (protocol === 'http:' || protocol === 'https:') && originHost === (host ?? '').toLowerCase()
  } catch {
    return false
  }
}

/** Checks that every request needs, static files included. */
export function refuseStranger(request: IncomingMessage, boundHost: string): Refusal | null {
  if (!hostAllowed(request.headers.host, boundHost)) {
    return {
      status: 421,
      message: `This studio does not answer to the name '${request.headers.host ?? ''}'. Open it by the address that it printed.`,
    }
  }
  if (!originAllowed(request.headers.origin, request.headers.host)) {
    return {
      status: 403,
      message: `Requests from ${request.headers.origin ?? 'another page'} are refused: only the studio's own page may call it.`,
    }
  }
  return null
}

/** Checks for everything but static files. */
export function refuseWithoutToken(request: IncomingMessage, url: URL, token: string): Refusal | null {
  return tokensEqual(requestToken(request, url), token)
    ? null
    : {
        status: 401,
        message: 'The token is missing or wrong. Open the whole address that the studio printed when it started, with its ?token=… part.',
      }
}

function hostName(host: string | undefined): string | null {
  if (!host) return null
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  } catch {
    return null
  }
}
