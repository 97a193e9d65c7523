#!/usr/bin/env node
/** Compares the generated PyTorch loader with the studio in a clone; fetches PyTorch once, as the benchmark does. */
import { prepare, main as supervised } from '../scripts/setup/prepare.mjs'
import { root } from '../scripts/setup/project.mjs'
import { SetupError, createReport } from '../scripts/setup/report.mjs'
import { bundled } from './bundle.mjs'

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
const report = createReport(process.stderr)

const code = await supervised(report, async (signal) => {
  await prepare({ report, signal, withBuild: false })
  const { main } = await bundled('pytorchLoader', 'main.ts')
  try {
    return await main(process.argv.slice(2), { root, signal, say: (text) => report.say(text) })
  } catch (error) {
    throw error?.mend ? new SetupError(error.message, error.mend) : error
  }
})
process.exit(code ?? process.exitCode ?? 2)
