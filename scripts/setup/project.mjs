import { readFileSync } from 'node:fs'
import { rename, writeFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone's own folder, and what the set-up remembers about it. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const inRoot = (...parts) => join(root, ...parts)
export const cacheFolder = inRoot('.cache')

const memoryFile = join(cacheFolder, 'setup.json')

/** What earlier runs left: hashes of what was installed and built, and failures that are not worth repeating at once. */
export function remembered() {
  try {
    return JSON.parse(readFileSync(memoryFile, 'utf8'))
  } catch {
    return {}
  }
}

export async function remember(changes) {
  await mkdir(cacheFolder, { recursive: true })
  const temporary = `${memoryFile}.${process.pid}`
  await writeFile(temporary, `${JSON.stringify({ ...remembered(), ...changes }, null, 2)}\n`)
  await rename(temporary, memoryFile)
}
