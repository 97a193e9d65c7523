import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { idxGlyphFiles } from './sampleFiles'

const cliScript = resolve(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js')

type Family = 'independent' | 'made' | 'nade'

/** What lies in a workspace before its studio starts: 'Glyphs' (300 + 50 drawn digits, black and white), and small runs of 60 steps on them. */
export interface Given {
  /** The latest is the last. */
  runs?: readonly Family[]
}

/** Made once by the command line, and copied from then on: scenarios that are about something else need not import and train. */
let kept: string | undefined
let data: Promise<unknown> | undefined
const runs = new Map<Family, Promise<string>>()

export async function prepare(home: string, given: Given): Promise<void> {
  const from = (kept ??= ownFolder())
  await (data ??= importGlyphs(from))
  cpSync(join(from, 'datasets'), join(home, 'datasets'), { recursive: true })
  for (const [place, family] of (given.runs ?? []).entries()) {
    const run = runs.get(family) ?? trainSmall(from, family)
    runs.set(family, run)
    const folder = join('runs', await run)
    cpSync(join(from, folder), join(home, folder), { recursive: true })
    beginsAt(join(home, folder, 'run.json'), place)
  }
}

/** Which was trained first depends on the scenarios before. */
function beginsAt(file: string, seconds: number): void {
  const record = JSON.parse(readFileSync(file, 'utf8')) as { createdAt: string }
  record.createdAt = new Date(Date.now() - 60_000 + seconds * 1000).toISOString()
  writeFileSync(file, JSON.stringify(record))
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-e2e-prepared-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function importGlyphs(home: string): Promise<void> {
  const files = join(home, 'files')
  mkdirSync(files)
  for (const { name, bytes } of idxGlyphFiles({ train: 300, t10k: 50 })) writeFileSync(join(files, name), bytes)
  await cli(home, 'import', files, '--name', 'Glyphs', '--binarize', 'threshold')
}

/** Answers the id of the run. A model that is fitted in one pass takes no budget. */
async function trainSmall(home: string, family: Family): Promise<string> {
  const budget = family === 'independent' ? [] : ['--steps', '60']
  const { run } = JSON.parse(await cli(home, 'train', '--dataset', 'glyphs', '--family', family, '--preset', 'small', ...budget)) as { run: string }
  return run
}

async function cli(home: string, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cliScript, ...words, '--home', home, '--json'], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  return stdout
}
