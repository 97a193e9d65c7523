import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { idxGlyphFiles } from './sampleFiles'

const cliScript = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js')

/** Made once by the command line, and copied from then on: scenarios that are about something else need not import and train. */
let kept: Promise<string> | undefined

/** Fills a workspace before its studio starts: 'Glyphs' (300 + 50 drawn digits, black and white), and a small MADE trained on them. */
export async function prepare(home: string): Promise<void> {
  const from = await (kept ??= filled())
  for (const folder of ['datasets', 'runs']) cpSync(join(from, folder), join(home, folder), { recursive: true })
}

async function filled(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'chainrule-e2e-prepared-'))
  process.once('exit', () => rmSync(home, { recursive: true, force: true }))
  const files = join(home, 'files')
  mkdirSync(files)
  for (const { name, bytes } of idxGlyphFiles({ train: 300, t10k: 50 })) writeFileSync(join(files, name), bytes)
  await cli(home, 'import', files, '--name', 'Glyphs', '--binarize', 'threshold')
  await cli(home, 'train', '--dataset', 'glyphs', '--family', 'made', '--preset', 'small', '--steps', '60')
  return home
}

const cli = (home: string, ...words: string[]): Promise<unknown> =>
  promisify(execFile)(process.execPath, [cliScript, ...words, '--home', home, '--json'], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
