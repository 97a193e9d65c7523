#!/usr/bin/env node
/** Sets up what is missing and opens the studio: in its own window where Electron can be had, else in a browser. */
import { spawn } from 'node:child_process';
import { main, prepare } from './setup/prepare.mjs';
import { findElectron } from './setup/electron.mjs';
import { inRoot } from './setup/project.mjs';
import { createReport } from './setup/report.mjs';
import { onPath } from './setup/run.mjs';

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
`;

const own = new Set(['--browser', '--window', '--no-open']);
const args = process.argv.slice(2);
const handedOn = args.filter((argument) => !own.has(argument));
const report = createReport(process.stdout);

if (args.includes('--help') || args.includes('-h')) process.stdout.write(help);
else await main(report, start);

async function start(signal, handOver) {
  await prepare({ report, signal });
  const electron = args.includes('--browser') || args.includes('--no-open') ? null : await findElectron({ report, signal, again: args.includes('--window') });
  handOver();
  if (electron?.path) {
    report.say('Opening the studio');
    return keepRunning(spawn(electron.path, [inRoot(), ...handedOn], { stdio: 'inherit' }));
  }
  if (electron) report.say(`Opening the studio in the browser: ${electron.why}`);
  const server = spawn(process.execPath, [inRoot('out', 'main', 'serve.js'), ...handedOn], { stdio: ['inherit', 'pipe', 'inherit'] });
  let opened = args.includes('--no-open');
  server.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    const address = opened ? null : /https?:\/\/\S+/.exec(String(chunk))?.[0];
    if (!address) return;
    opened = true;
    openBrowser(address);
  });
  return keepRunning(server);
}

/** Ends with the studio, and hands signals on to it, once each, so that it can save its work before it goes. */
function keepRunning(child) {
  const last = {};
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      // A Ctrl-C on a terminal reaches the studio by itself, as it is in the same process group.
      if (process.stdin.isTTY && name === 'SIGINT') return;
      if (Date.now() - (last[name] ?? 0) > 300) child.kill(name);
      last[name] = Date.now();
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      report.say(`The studio could not be started: ${error.message}`);
      process.exitCode = 2;
      resolve();
    });
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
      resolve();
    });
  });
}

function openBrowser(address) {
  const headless = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const opener = { darwin: 'open', win32: 'explorer.exe' }[process.platform] ?? 'xdg-open';
  if (headless || !onPath(opener)) {
    report.say('Open this address in a browser. Ctrl-C ends the studio.');
    return;
  }
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => report.say('No browser could be opened: open the address above in one.'));
  child.unref();
}
