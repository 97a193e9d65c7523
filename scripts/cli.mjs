#!/usr/bin/env node
/** The command line in a clone: sets up what is missing, quietly and on standard error, then runs the command. */
import { pathToFileURL } from 'node:url';
import { main, prepare } from './setup/prepare.mjs';
import { inRoot } from './setup/project.mjs';
import { createReport } from './setup/report.mjs';

const report = createReport(process.stderr);

const ready = await main(report, async (signal, handOver) => {
  await prepare({ report, signal, patient: false });
  handOver();
  return true;
});

if (ready) {
  passSignalsOnce();
  const cli = inRoot('out', 'main', 'cli.js');
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
}

/**
 * On a terminal Ctrl-C reaches this process twice: from the terminal, and again from npm, which passes it on. The command
 * takes a second Ctrl-C for impatience and stops at once, without its checkpoint; so an echo is dropped.
 */
function passSignalsOnce() {
  const emit = process.emit;
  const last = {};
  process.emit = function (name, ...rest) {
    if (name === 'SIGINT' || name === 'SIGTERM') {
      const echo = Date.now() - (last[name] ?? 0) < 300;
      last[name] = Date.now();
      if (echo) return true;
    }
    return emit.call(this, name, ...rest);
  };
}
