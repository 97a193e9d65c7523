import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The built window. This file runs from the sources as well as from out/main and out/main/chunks, so the folder is
 * found by walking up to the package.
 */
export function defaultRendererFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'out', 'renderer')
  }
  return join(import.meta.dirname, '..', 'renderer')
}
