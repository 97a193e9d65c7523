import { mkdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { allocatorEnvironment } from '../src-main/engine/allocator'
import { startEngine } from '../src-main/ml/tensor/startEngine'
import { writeFileAtomically } from '../src-main/storage/atomicWrite'
import { BenchError } from './harness/benchError'
import { describeMachine, presentLoad } from './harness/machine'
import { measureRow } from './harness/measure'
import { isOurs, measuredApart, withoutOpponent } from './harness/apart'
import { startOpponent } from './harness/opponent'
import type { Waiting } from './harness/opponent'
import { parseOptions, usage } from './harness/options'
import { measureOverhead } from './harness/overhead'
import { pythonEnvironment } from './harness/pythonEnvironment'
import { withBenchmark } from './harness/readme'
import { entered, sameMachine } from './harness/entered'
import { reportSchema } from './harness/report'
import type { Report } from './harness/report'
import type { RowContext } from './harness/row'
import { familiesPage, machineLine, markdownTable, notes } from './harness/table'
import { groups, rows } from './rows/index'

const MILLISECONDS_PER_TURN = 1000
const COMPILE_LIMIT = 300_000
const OVERHEAD = 'overhead'

/** What the engine process is started with, unless this process has been: then nothing. The opponent is started without it. */
export function engineEnvironment(): Record<string, string> {
  const environment = allocatorEnvironment()
  return Object.keys(environment).length > 0 ? withoutOpponent(environment) : {}
}

export interface Surroundings {
  /** The clone. */
  root: string
  say(text: string): void
  signal?: AbortSignal
}

/** Runs the benchmark; answers the exit code. */
export async function main(args: readonly string[], { root, say, signal }: Surroundings): Promise<number> {
  const names = rows.map(({ name }) => name)
  const options = parseOptions(args, [...names, OVERHEAD], groups)
  if (options.help) {
    say(usage)
    return 0
  }
  const sources = join(root, 'bench', 'python')
  const python = await pythonEnvironment({ sources, say, ...(signal ? { signal } : {}) })
  const engine = await startEngine()
  if (engine.name === 'wasm')
    throw new BenchError(`The native TensorFlow is not in use: ${engine.reason}`, 'Run: npm run -s cli -- doctor (it says what is missing).')
  const threads = availableParallelism()
  const opponent = (waiting?: Waiting) => startOpponent({ python, sources, threads, ...(waiting ? { waiting } : {}) })
  const version = opponent()
  const { version: torch } = await version.prepare({ row: 'overhead' }).finally(() => version.close())
  const context: RowContext = { opponent, threads, say, compileLimitMs: options.compile ? COMPILE_LIMIT : null }
  const duelOptions = { rounds: options.rounds, millisecondsPerTurn: MILLISECONDS_PER_TURN }
  const report: Report = { machine: describeMachine(engine, torch, presentLoad()), date: new Date().toISOString(), rows: [], overhead: null, failures: [] }

  const saved = await savedReport(root)
  const present = options.missing && saved && sameMachine(saved, report) ? saved.rows.map(({ name }) => name) : []
  const wanted = (name: string): boolean => (options.only === null || options.only.includes(name)) && !present.includes(name)
  const enter = async ({ rows: measured, failures }: Pick<Report, 'rows' | 'failures'>): Promise<void> => {
    report.rows.push(...measured)
    report.failures.push(...failures)
    // Row by row, so that one that is interrupted loses one row alone.
    if (options.save && measured.length > 0) await save(root, { ...report, rows: measured, failures: [] })
  }

  for (const row of rows.filter(({ name }) => wanted(name))) {
    signal?.throwIfAborted()
    if (!isOurs(row.environment)) {
      await enter(await measuredApart(row, options, signal))
      continue
    }
    try {
      const record = await measureRow(row, context, duelOptions)
      say(`${row.name}: ${record.oursMs} ms against ${record.theirsMs} ms, ratio ${record.ratio} (${record.ratioRange.join('…')})`)
      await enter({ rows: [{ ...record, date: new Date().toISOString() }], failures: [] })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      say(`${row.name} could not be measured: ${text}`)
      await enter({ rows: [], failures: [{ name: row.name, error: text }] })
    }
  }
  if (wanted(OVERHEAD)) report.overhead = await measureOverhead(opponent(), duelOptions)
  reportSchema.parse(report)
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write(`${[machineLine(report), '', markdownTable(report), '', ...notes(report)].join('\n')}\n`)
  if (options.save) {
    await save(root, { ...report, failures: [] })
    say('Saved in bench/results and the README')
  }
  return report.failures.length > 0 || report.rows.some(({ check }) => check && !check.agrees) ? 2 : 0
}

const resultsFile = (root: string, name: string): string => join(root, 'bench', 'results', name)

const savedReport = (root: string): Promise<Report | null> =>
  readFile(resultsFile(root, 'latest.json'), 'utf8').then(
    (text) => reportSchema.parse(JSON.parse(text)),
    () => null,
  )

/** Enters rows among those saved before: all of them as JSON, those of the families in a table of their own, the others in the README. */
async function save(root: string, report: Report): Promise<void> {
  await mkdir(join(root, 'bench', 'results'), { recursive: true })
  const earlier = await savedReport(root)
  const whole = earlier ? entered(report, earlier, rows.map(({ name }) => name)) : report
  const isFamily = ({ name }: { name: string }): boolean => groups.families.includes(name)
  const write = (path: string, text: string): Promise<unknown> => writeFileAtomically(path, [Buffer.from(text)])
  await write(resultsFile(root, 'latest.json'), `${JSON.stringify(whole, null, 2)}\n`)
  const familyRows = whole.rows.filter(isFamily)
  if (familyRows.length > 0) await write(resultsFile(root, 'families.md'), familiesPage({ ...whole, rows: familyRows }))
  const readme = join(root, 'README.md')
  await write(readme, withBenchmark(await readFile(readme, 'utf8'), { ...whole, rows: whole.rows.filter((row) => !isFamily(row)) }))
}
