import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { writeFileAtomically } from './atomicWrite'

/**
 * The token of a served workspace, kept beside its records: an address that was opened once stays good when the studio is started again on the
 * same port, so that open windows find their way back. Readable by its owner alone. `fresh` makes a new one, and every older address is refused.
 */
export async function keptToken(path: string, fresh = false): Promise<string> {
  const known = fresh ? '' : (await readFile(path, 'utf8').catch(() => '')).trim()
  if (TOKEN.test(known)) return known
  const token = randomBytes(32).toString('base64url')
  await writeFileAtomically(path, `${token}\n`, 0o600)
  return token
}

/** 32 bytes, as base64url writes them. */
const TOKEN = /^[\w-]{43}$/
