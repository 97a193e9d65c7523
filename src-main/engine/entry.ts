import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

let built: Promise<string> | null = null

/**
 * The worker's JavaScript: worker.js beside the running bundle (or one folder up, from a chunk of it); where the studio runs from its
 * TypeScript sources, as under the test runner, it is bundled first.
 */
export function workerEntry(): Promise<string> {
  for (const place of ['./worker.js', '../worker.js']) {
    const path = fileURLToPath(new URL(place, import.meta.url))
    if (existsSync(path)) return Promise.resolve(path)
  }
  const source = fileURLToPath(new URL('./worker.ts', import.meta.url))
  if (!existsSync(source)) return Promise.reject(new Error('The engine worker (worker.js) is missing beside the studio. Build the studio again.'))
  built ??= import('./bundleWorker').then(({ bundleWorker }) => bundleWorker(source))
  return built
}
