#!/usr/bin/env node
/** The benchmark in a clone: sets up what is missing, bundles the benchmark's TypeScript as the studio is bundled, and runs it. */
import { prepare, main as supervised } from '../scripts/setup/prepare.mjs'
import { root } from '../scripts/setup/project.mjs'
import { SetupError, createReport } from '../scripts/setup/report.mjs'
import { bundled } from './bundle.mjs'

// TensorFlow reads this once, while its library is loaded.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const report = createReport(process.stderr)

const code = await supervised(report, async (signal) => {
  await prepare({ report, signal, withBuild: false })
  const { main } = await bundled('main.ts')
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
