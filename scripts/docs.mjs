#!/usr/bin/env node
/**
 * Takes the pictures of docs/: a real studio on a workspace of its own, sample data, runs that are trained for some minutes, every page in both
 * themes and two sizes, the animated journey, and what axe finds. Nothing is fetched but what a first start fetches anyway.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from './setup/chromium.mjs'
import { main, prepare } from './setup/prepare.mjs'
import { inRoot } from './setup/project.mjs'
import { createReport, SetupError } from './setup/report.mjs'
import { run } from './setup/run.mjs'

const usage = `npm run docs -- [options]
  --data DIR     take real data sets from this folder where it has them (default: CHAINRULE_DATA; none: the studio's own sample data)
  --home DIR     keep the workspace there, and go on from what it holds: pictures are then taken again without training again
  --minutes M    train all runs together for so long (default 4.5)
  --only PART    gallery (with the accessibility report) or journey
  --scenes LIST  take only these pictures again, such as train,samples; the others stay, and so does the report`

const { values } = parseArgs({
  options: { data: { type: 'string' }, home: { type: 'string' }, minutes: { type: 'string' }, only: { type: 'string' }, scenes: { type: 'string' }, help: { type: 'boolean' } },
})
const report = createReport(process.stdout)

if (values.help) report.say(usage)
else
  await main(report, async (signal) => {
    if (values.minutes !== undefined && !(Number(values.minutes) > 0)) throw new SetupError(`--minutes: '${values.minutes}' is no time.`, 'Give a number above 0.')
    if (values.only !== undefined && !['gallery', 'journey'].includes(values.only))
      throw new SetupError(`--only: there is no part '${values.only}'.`, 'Give gallery or journey.')
    await prepare({ report, signal })
    const chromium = await findChromium({ report, signal })
    if (!chromium) throw new SetupError('No Chromium could be found or fetched.', 'Install Chromium or Chrome, or name one in CHROMIUM_PATH, and start again.')
    const data = values.data ?? process.env.CHAINRULE_DATA
    const given = {
      CHROMIUM_PATH: chromium,
      ...(data ? { CHAINRULE_DOCS_DATA: resolve(data) } : {}),
      ...(values.home ? { CHAINRULE_DOCS_HOME: resolve(values.home) } : {}),
      ...(values.minutes ? { CHAINRULE_DOCS_MINUTES: values.minutes } : {}),
      ...(values.only ? { CHAINRULE_DOCS_ONLY: values.only } : {}),
      ...(values.scenes ? { CHAINRULE_DOCS_SCENES: values.scenes, CHAINRULE_DOCS_ONLY: 'gallery' } : {}),
    }
    const playwright = inRoot('node_modules', '@playwright', 'test', 'cli.js')
    const began = Date.now()
    const { code } = await run(process.execPath, [playwright, 'test', '-c', inRoot('playwright.docs.config.ts')], {
      env: { ...process.env, ...given },
      output: process.stdout,
      signal,
    })
    signal.throwIfAborted()
    report.say(`${((Date.now() - began) / 60_000).toFixed(1)} minutes`)
    process.exitCode = code === 0 ? 0 : 1
  })
