import { mkdir, rm } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { inRoot, root } from '../scripts/setup/project.mjs'

/** Bundles a program of the benchmark as the studio is bundled, imports it and answers what it exports. */
export async function bundled(...entry) {
  const { build } = await import('vite')
  // Inside node_modules, so that packages are found from there; by process, so that two benchmarks do not meet.
  const folder = inRoot('node_modules', '.cache', 'chainrule', `bench-${process.pid}`)
  await mkdir(folder, { recursive: true })
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: inRoot('bench', ...entry),
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { format: 'es', codeSplitting: false, entryFileNames: 'main.mjs' } },
    },
  })
  try {
    return await import(pathToFileURL(inRoot('node_modules', '.cache', 'chainrule', `bench-${process.pid}`, 'main.mjs')).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
