#!/usr/bin/env node
/** The benchmark in a clone: sets up what is missing, bundles the benchmark's TypeScript as the studio is bundled, and runs it. */
import { mkdir, rm } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { prepare, main as supervised } from '../scripts/setup/prepare.mjs'
import { inRoot, root } from '../scripts/setup/project.mjs'
import { SetupError, createReport } from '../scripts/setup/report.mjs'

// TensorFlow reads this once, while its library is loaded.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const report = createReport(process.stderr)

async function bundle() {
  const { build } = await import('vite')
  // Inside node_modules, so that packages are found from there; by process, so that two benchmarks do not meet.
  const folder = inRoot('node_modules', '.cache', 'chainrule', `bench-${process.pid}`)
  await mkdir(folder, { recursive: true })
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: inRoot('bench', 'main.ts'),
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

const code = await supervised(report, async (signal) => {
  await prepare({ report, signal, withBuild: false })
  const { main } = await bundle()
  // A row does not ask whether it is still wanted; the Python processes end with this one.
  const stopped = new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  try {
    return await Promise.race([main(process.argv.slice(2), { root, signal, say: (text) => report.say(text) }), stopped])
  } catch (error) {
    throw error?.mend ? new SetupError(error.message, error.mend) : error
  }
})
// Python processes and TensorFlow's threads would keep this one alive.
process.exit(code ?? process.exitCode ?? 2)
