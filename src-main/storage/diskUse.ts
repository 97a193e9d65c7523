import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of a file, or of all files below a folder. Links are not followed, and what vanishes meanwhile counts nothing. */
export async function bytesUnder(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null)
  if (found?.isFile()) return found.size
  if (!found?.isDirectory()) return 0
  let sum = 0
  // One after another: a workspace of a thousand runs must not open all of them at once.
  for (const name of await readdir(path).catch(() => [])) sum += await bytesUnder(join(path, name))
  return sum
}
