import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Rolldown } from 'vite'

/**
 * Bundles the engine's entries into the cache of node_modules, under the hash of their content, and answers the folder. For running from
 * sources only: vite is a development dependency, so a build of the studio must not carry it, hence the import at run time.
 */
export async function bundleWorker(sources: readonly string[]): Promise<string> {
  const require = createRequire(sources[0]!)
  const { build } = (await import(/* @vite-ignore */ pathToFileURL(join(require.resolve('vite/package.json'), '../dist/node/index.js')).href)) as typeof import('vite')
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      write: false,
      target: 'node20',
      sourcemap: 'inline',
      minify: false,
      rolldownOptions: { input: [...sources], output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' } },
    },
  })
  const output = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput
  const chunks = output.output.filter((file) => file.type === 'chunk')
  const hash = createHash('sha256')
  for (const { fileName, code } of chunks) hash.update(fileName).update(code)
  const folder = join(require.resolve('vite/package.json'), '../../.cache/chainrule/worker', hash.digest('hex').slice(0, 16))
  if (existsSync(folder)) return folder
  const temporary = `${folder}.${process.pid}`
  try {
    for (const { fileName, code } of chunks) {
      mkdirSync(dirname(join(temporary, fileName)), { recursive: true })
      writeFileSync(join(temporary, fileName), code)
    }
    renameSync(temporary, folder)
  } catch (error) {
    // Another process has made the same bundle in the meantime.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return folder
}
