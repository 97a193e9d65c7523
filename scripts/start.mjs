#!/usr/bin/env node
/** Sets up what is missing and opens the studio: in its own window where Electron can be had, else in a browser. */
import { spawn } from 'node:child_process'
import { main, prepare } from './setup/prepare.mjs'
import { findElectron } from './setup/electron.mjs'
import { handOver } from './setup/handOver.mjs'
import { root } from './setup/project.mjs'
import { createReport } from './setup/report.mjs'
import { onPath } from './setup/run.mjs'

const help = `npm start                  set up what is missing and open the studio
npm start -- --browser     open it in a browser even where Electron is there
npm start -- --window      try again to fetch Electron's window, if that failed earlier today
npm start -- --no-open     only print the address, open nothing
npm start -- --port 4321   the port for the browser (a free one otherwise)
npm start -- --home DIR    the workspace (data, runs); default: the platform's data folder
npm start -- --help        this text

The first start installs the npm packages and the compute engine (TensorFlow, 274 MB; with an NVIDIA GPU 3.4 GB) and
builds the studio. Later starts do only what has changed. The engine is kept in the user's cache folder, or in
CHAINRULE_ENGINE_DIR, and shared by all clones.
`

const own = new Set(['--browser', '--window', '--no-open'])
const args = process.argv.slice(2)
const handedOn = args.filter((argument) => !own.has(argument))
const report = createReport(process.stdout)

if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help)
} else {
  const electron = await main(report, async (signal, release) => {
    await prepare({ report, signal })
    const inBrowser = args.includes('--browser') || args.includes('--no-open')
    const found = inBrowser ? {} : await findElectron({ report, signal, again: args.includes('--window') })
    release()
    return found
  })
  if (electron?.path) openWindow(electron.path)
  else if (electron) await openBrowser(electron.why)
}

function openWindow(path) {
  report.say('Opening the studio')
  const child = spawn(path, [root, ...handedOn], { stdio: 'inherit' })
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name))
  child.on('error', (error) => {
    report.say(`The window could not be opened: ${error.message}\n  What to do: npm start -- --browser`)
    process.exitCode = 2
  })
  child.on('exit', (code) => process.exit(code ?? 0))
}

async function openBrowser(why) {
  if (why) report.say(`Opening the studio in the browser: ${why}`)
  const headless = process.platform === 'linux' && ((!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) || !onPath('xdg-open'))
  const open = !headless && !args.includes('--no-open')
  if (!open) report.say('Open the address below in a browser. Ctrl-C ends the studio.')
  await handOver('serve', open ? ['--open', ...handedOn] : handedOn)
}
