#!/usr/bin/env node
/** Everything that has to hold before a change is shared: lint, import directions, types, unit and end-to-end tests. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findChromium } from './setup/chromium.mjs'
import { main, prepare } from './setup/prepare.mjs'
import { cacheFolder, inRoot } from './setup/project.mjs'
import { createReport } from './setup/report.mjs'
import { run } from './setup/run.mjs'

const report = createReport(process.stdout)
const packageFile = (...path) => inRoot('node_modules', ...path)
const results = join(cacheFolder, 'test-results')
const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []

await main(report, async (signal) => {
  let prepared = true
  const setUp = async (options) => {
    try {
      await prepare({ report, signal, ...options })
    } catch (error) {
      signal.throwIfAborted()
      // A build that fails is a result too; the checks below say more about it.
      prepared = false
      note('set-up', { failed: 1 })
      report.say(`${error.message}${error.mend ? `\n  What to do: ${error.mend}` : ''}`)
    }
  }
  await setUp({ withBuild: false })
  await mkdir(results, { recursive: true })
  // Each takes one core. The longest first.
  await sideBySide([
    () => prepared && setUp(),
    () => check('types of the window', [packageFile('vue-tsc', 'bin', 'vue-tsc.js'), '--noEmit', '-p', 'tsconfig.renderer.json'], signal),
    () => check('types of main', [packageFile('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'], signal),
    () => check('lint', [packageFile('eslint', 'bin', 'eslint.js'), '.'], signal),
    () =>
      check(
        'import directions',
        [packageFile('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'src-main', 'src-renderer', 'src-preload'],
        signal,
      ),
  ])
  await unitTests(signal)
  await endToEndTests(signal, prepared)
})

report.say(`\n${summary.join('\n')}`)
process.exitCode ||= total.failed > 0 ? 1 : 0
report.say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`)

function note(name, { passed = 0, failed = 0, skipped = 0 }, seconds) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  const counts = passed + failed + skipped > 1 ? `  ${passed} passed, ${failed} failed, ${skipped} skipped` : ''
  const time = seconds === undefined ? '' : `  ${seconds.toFixed(0)} s`
  summary.push(`${failed > 0 ? 'FAILED' : 'ok    '}  ${name}${counts}${time}`)
}

/** Two at a time. */
async function sideBySide(tasks) {
  const waiting = tasks.values()
  const lane = async () => {
    for (const task of waiting) await task()
  }
  await Promise.all([lane(), lane()])
}

/** A check without tests to count is named in the summary, and counts only where it fails. What it says comes whole, at its end. */
async function check(name, command, signal) {
  const start = Date.now()
  const { code, output } = await run(process.execPath, command, { signal })
  signal.throwIfAborted()
  report.say(`\n== ${name}`)
  if (output.trim() !== '') report.say(output.trimEnd())
  note(name, { failed: code === 0 ? 0 : 1 }, (Date.now() - start) / 1000)
}

async function readResults(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return null
  }
}

async function unitTests(signal) {
  report.say('\n== unit tests')
  const start = Date.now()
  const file = join(results, 'unit.json')
  await rm(file, { force: true })
  const command = [
    packageFile('vitest', 'vitest.mjs'),
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]
  const { code } = await run(process.execPath, command, { output: process.stdout, signal })
  signal.throwIfAborted()
  const answer = await readResults(file)
  const counts = {
    passed: answer?.numPassedTests ?? 0,
    failed: answer?.numFailedTests ?? 0,
    skipped: (answer?.numPendingTests ?? 0) + (answer?.numTodoTests ?? 0),
  }
  // A test file that does not load has no tests to count, and a crashed run none at all.
  counts.failed += (answer?.testResults ?? []).filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  note('unit tests', counts, (Date.now() - start) / 1000)
}

async function endToEndTests(signal, prepared) {
  report.say('\n== end-to-end tests')
  const start = Date.now()
  if (!prepared) {
    report.say('not run: the studio could not be set up')
    return
  }
  const chromium = await findChromium({ report, signal })
  if (!chromium) {
    report.say(
      'No Chromium could be found or fetched.\n  What to do: install Chromium or Chrome, or name one in CHROMIUM_PATH, and start again.',
    )
    note('end-to-end tests: no Chromium', { failed: 1 })
    return
  }
  const file = join(results, 'e2e.json')
  await rm(file, { force: true })
  const command = [packageFile('@playwright', 'test', 'cli.js'), 'test', '--pass-with-no-tests', '--reporter=list,json']
  const env = { ...process.env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const { code } = await run(process.execPath, command, { env, output: process.stdout, signal })
  signal.throwIfAborted()
  const stats = (await readResults(file))?.stats
  const counts = { passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0, skipped: stats?.skipped ?? 0 }
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  note('end-to-end tests', counts, (Date.now() - start) / 1000)
}
