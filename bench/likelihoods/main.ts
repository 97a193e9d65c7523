import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { version } from '../../package.json'
import { writeFileAtomically } from '../../src-main/storage/atomicWrite'
import { BenchError } from '../harness/benchError'
import { datasetsAnswer, familiesAnswer, importAnswer, runsAnswer } from './answers'
import type { KnownDataSet } from './answers'
import type { CommandLine } from './commandLine'
import { commandLine } from './commandLine'
import type { DataSet } from './dataSets'
import { generateArguments, importArguments, placeOf, sourceOf } from './dataSets'
import { isWanted, parseOptions, usage } from './options'
import type { Entry } from './record'
import { appendEntry, isOf, readEntries } from './record'
import type { LikelihoodRow } from './rows'
import { rows } from './rows'
import { digits, figureOf, markdown } from './table'
import { findRun, measure, missingOptions } from './work'
import type { Work } from './work'

export interface Surroundings {
  /** The clone. */
  root: string
  say(text: string): void
  signal?: AbortSignal
}

/** Trains and scores the rows that are missing; answers the exit code: 0, or 2 when a row failed. */
export async function main(args: readonly string[], { root, say, signal }: Surroundings): Promise<number> {
  const names = rows.map(({ name }) => name)
  const options = parseOptions(args, names)
  if (options.help) {
    say(usage)
    return 0
  }
  const wanted = rows
    .filter(({ name }) => isWanted(name, options.only, names))
    .map((row) => (options.minutes === null || row.minutes === null ? row : { ...row, minutes: options.minutes }))
  const record = resolve(options.record ?? join(root, 'bench', 'results', 'likelihoods.json'))
  const home = resolve(process.env.CHAINRULE_HOME ?? join(root, '.cache', 'results'))
  const cli = commandLine({ program: join(root, 'out', 'main', 'cli.js'), home, ...(signal ? { signal } : {}) })
  let entries = await readEntries(record)
  if (options.list) {
    process.stdout.write(`${(await states(wanted, entries, cli)).join('\n')}\n`)
    return 0
  }
  const work: Work = { cli, say, pictures: dirname(record), machine: machine(), version: await versionOf(root), ...(signal ? { signal } : {}) }
  const data = dataFolder(options.data, root)
  const unavailable = await availability(cli)
  const failed: string[] = []
  for (const row of wanted) {
    const finished = entries.find((entry) => isOf(entry, row))
    if (finished) continue
    const missing = unavailable(row)
    if (missing !== null) {
      say(`${row.name}: not available, ${missing}`)
      continue
    }
    try {
      const entry = await measure(row, await imported(row.dataSet, { data, clone: root }, cli, say), work)
      entries = await appendEntry(record, entry)
      await writeFileAtomically(tableBeside(record), markdown(entries))
      say(finishedText(entry))
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof BenchError) throw error
      failed.push(row.name)
      say(`${row.name} failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  process.stdout.write(markdown(entries))
  if (failed.length > 0) say(`Failed, and tried again the next time: ${failed.join(', ')}`)
  return failed.length > 0 ? 2 : 0
}

const tableBeside = (record: string): string => record.replace(/(\.json)?$/, '.md')

function finishedText(entry: Entry): string {
  const { name, unit, target, test, classification } = entry
  const figure = `${figureOf(entry).toFixed(digits(unit))} ${unit} on ${test.examples} test examples, ${test.exact ? 'exact' : 'bound'}`
  const accuracy = classification === null ? '' : `; ${(100 * classification.accuracy).toFixed(2)} % classified rightly`
  return `${name}: ${figure}${target === null ? '' : ` (wanted: at most ${target})`}${accuracy}`
}

/** Tells why a row cannot be measured by this version of the studio; null when it can. */
async function availability(cli: CommandLine): Promise<(row: LikelihoodRow) => string | null> {
  const families = await cli.ask(['families'], familiesAnswer)
  const optionMissing = await missingOptions(cli)
  return (row) => (families.some(({ family }) => family === row.family) ? optionMissing(row) : `there is no family '${row.family}'`)
}

async function states(wanted: readonly LikelihoodRow[], entries: readonly Entry[], cli: CommandLine): Promise<string[]> {
  const unavailable = await availability(cli)
  const runs = await cli.ask(['runs'], runsAnswer)
  const width = Math.max(...wanted.map(({ name }) => name.length))
  const lines: string[] = []
  for (const row of wanted) {
    const { name, minutes } = row
    const entry = entries.find((candidate) => isOf(candidate, row))
    const run = findRun(runs, row)
    const budget = minutes === null ? 'fitted' : `${minutes} min`
    const state = entry
      ? `done: ${finishedText(entry).slice(name.length + 2)}`
      : run?.status === 'completed'
        ? 'trained, not scored'
        : run
          ? `${run.status}, ${Math.round(run.progress.seconds)} s trained`
          : (unavailable(row)?.replace(/^/, 'not available, ') ?? 'missing')
    lines.push(`${name.padEnd(width)}  ${budget.padEnd(7)}  ${state}`)
  }
  return lines
}

/** The data set in the workspace, imported if it is not there yet. */
async function imported(dataSet: DataSet, folders: { data: string; clone: string }, cli: CommandLine, say: (text: string) => void): Promise<KnownDataSet> {
  const find = async (wanted = dataSet.name): Promise<KnownDataSet | undefined> => (await cli.ask(['datasets'], datasetsAnswer)).find(({ name }) => name === wanted)
  const present = await find()
  if (present) return present
  const place = placeOf(dataSet, folders)
  if (place !== null && !existsSync(place))
    throw new BenchError(
      `There is no ${place}`,
      'Give the folder that holds the data sets with --data, or leave the rows on this one out with --only.',
    )
  say(`Importing ${sourceOf(dataSet)}`)
  if (!(await find(sourceOf(dataSet)))) await cli.ask(importArguments(dataSet, place), importAnswer)
  if (dataSet.moving) await cli.ask(generateArguments(dataSet), importAnswer)
  const made = await find()
  if (!made) throw new Error(`${dataSet.name} was imported but is not listed.`)
  return made
}

const dataFolder = (given: string | null, root: string): string => resolve(given ?? process.env.CHAINRULE_DATA ?? join(root, '..', 'shared', 'data'))

function machine(): string {
  const processors = cpus()
  return `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} threads, ${Math.round(totalmem() / 2 ** 30)} GiB`
}

/** '0.1.0 (1a2b3c4)', with a '+' where the files differ from the commit. */
async function versionOf(root: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', args, { cwd: root })).stdout.trim()
  try {
    const [commit, changes] = [await git('rev-parse', '--short', 'HEAD'), await git('status', '--porcelain', '--untracked-files=no')]
    return `${version} (${commit}${changes === '' ? '' : '+'})`
  } catch {
    return version
  }
}
