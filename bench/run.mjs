#!/usr/bin/env node
/** The benchmark in a clone: sets up what is missing, bundles the benchmark's TypeScript as the studio is bundled, and runs it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { prepare, main as supervised } from '../scripts/setup/prepare.mjs'
import { root } from '../scripts/setup/project.mjs'
import { SetupError, createReport } from '../scripts/setup/report.mjs'
import { bundled } from './bundle.mjs'

// TensorFlow reads this once, while its library is loaded.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const report = createReport(process.stderr)

const code = await supervised(report, async (signal) => {
  await prepare({ report, signal, withBuild: false })
  const { main, engineEnvironment } = await bundled('main.ts')
  // Measured in the environment of the studio's engine process, which is read when a process starts.
  const environment = engineEnvironment()
  if (Object.keys(environment).length > 0) {
    const again = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
      env: { ...process.env, ...environment },
      signal,
    })
    const [code] = await once(again, 'exit')
    return code
  }
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
