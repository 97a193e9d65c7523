import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

let built: Promise<string> | null = null

/** The engine process's JavaScript. */
export const workerEntry = (): Promise<string> => entryOf('worker')

/** The JavaScript of the thread that reads training batches. */
export const batchThreadEntry = (): Promise<string> => entryOf('batchThread')

/**
 * An entry's JavaScript beside the running bundle (or one folder up, from a chunk of it); where the studio runs from its TypeScript sources,
 * as under the test runner, the entries are bundled first.
 */
async function entryOf(name: 'worker' | 'batchThread'): Promise<string> {
  for (const place of [`./${name}.js`, `../${name}.js`, `./${name}.mjs`, `../${name}.mjs`]) {
    const path = fileURLToPath(new URL(place, import.meta.url))
    if (existsSync(path)) return path
  }
  const source = (entry: string): string => fileURLToPath(new URL(`./${entry}.ts`, import.meta.url))
  if (!existsSync(source(name))) throw new Error(`The engine's ${name}.js is missing beside the studio. Build the studio again.`)
  built ??= import('./bundleWorker').then(({ bundleWorker }) => bundleWorker([source('worker'), source('batchThread')]))
  return `${await built}/${name}.mjs`
}
