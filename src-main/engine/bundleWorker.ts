import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Rolldown } from 'vite'

/**
 * Bundles the worker's TypeScript into the cache of node_modules, under the hash of its content, and answers the file. For running from
 * sources only: vite is a development dependency, so a build of the studio must not carry it, hence the import at run time.
 */
export async function bundleWorker(source: string): Promise<string> {
  const require = createRequire(source)
  const { build } = (await import(/* @vite-ignore */ pathToFileURL(join(require.resolve('vite/package.json'), '../dist/node/index.js')).href)) as typeof import('vite')
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: source, write: false, target: 'node20', sourcemap: 'inline', minify: false, rolldownOptions: { output: { format: 'es', codeSplitting: false } } },
  })
  const output = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput
  const chunk = output.output.find((file) => file.type === 'chunk' && file.isEntry)
  if (chunk?.type !== 'chunk') throw new Error(`Bundling ${source} gave no file.`)
  const folder = join(require.resolve('vite/package.json'), '../../.cache/chainrule/worker')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${createHash('sha256').update(chunk.code).digest('hex').slice(0, 16)}.mjs`)
  const temporary = `${path}.${process.pid}`
  try {
    writeFileSync(temporary, chunk.code)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
  return path
}
