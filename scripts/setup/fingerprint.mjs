import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './project.mjs'

const ignored = /(^|\/)(node_modules|\.git|out)$|\.test\.ts$/

function filesUnder(path, found) {
  const status = statSync(path, { throwIfNoEntry: false })
  if (!status) return
  if (status.isFile()) {
    found.push([path, status])
    return
  }
  for (const name of readdirSync(path).sort()) {
    const inner = join(path, name)
    if (!ignored.test(inner.replaceAll('\\', '/'))) filesUnder(inner, found)
  }
}

/**
 * What the files look like (names, sizes, times: milliseconds to find out) and what is in them (read only when the looks
 * have changed: a checkout touches files without changing them).
 */
export function fingerprint(paths, known = {}) {
  const files = []
  for (const path of paths) filesUnder(join(root, path), files)
  const look = createHash('sha1')
  for (const [path, status] of files) look.update(`${relative(root, path)}\0${status.size}\0${status.mtimeMs}\n`)
  const looks = look.digest('hex')
  if (looks === known.looks) return { looks, content: known.content }
  const content = createHash('sha256')
  for (const [path] of files)
    content
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  return { looks, content: content.digest('hex') }
}
