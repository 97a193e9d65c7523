#!/usr/bin/env node
/** The command line in a clone: sets up what is missing, quietly and on standard error, then runs the command. */
import { handOver } from './setup/handOver.mjs'
import { main, prepare } from './setup/prepare.mjs'
import { createReport } from './setup/report.mjs'

const report = createReport(process.stderr)

const ready = await main(report, async (signal, release) => {
  await prepare({ report, signal, patient: false })
  release()
  return true
})
if (ready) await handOver('cli', process.argv.slice(2))
