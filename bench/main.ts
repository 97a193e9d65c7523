import { mkdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { allocatorEnvironment } from '../src-main/engine/allocator'
import { startEngine } from '../src-main/ml/tensor/startEngine'
import { writeFileAtomically } from '../src-main/storage/atomicWrite'
import { BenchError } from './harness/benchError'
import { describeMachine, presentLoad } from './harness/machine'
import { measureRow } from './harness/measure'
import { groupsByEnvironment, isOurs, measuredApart, withoutOpponent } from './harness/apart'
import { startOpponent } from './harness/opponent'
import type { Waiting } from './harness/opponent'
import { parseOptions, usage } from './harness/options'
import { measureOverhead } from './harness/overhead'
import { pythonEnvironment } from './harness/pythonEnvironment'
import { withBenchmark } from './harness/readme'
import { entered } from './harness/entered'
import { reportSchema } from './harness/report'
import type { Report } from './harness/report'
import type { RowContext } from './harness/row'
import { machineLine, markdownTable, notes } from './harness/table'
import { rows } from './rows/index'

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
  const options = parseOptions(args, [...names, OVERHEAD])
  if (options.help) {
    say(usage)
    return 0
  }
  const wanted = (name: string): boolean => options.only === null || options.only.includes(name)
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

  const wantedRows = rows.filter(({ name }) => wanted(name))
  for (const row of wantedRows.filter(({ environment }) => isOurs(environment))) {
    signal?.throwIfAborted()
    try {
      const record = await measureRow(row, context, duelOptions)
      report.rows.push({ ...record, date: new Date().toISOString() })
      say(`${row.name}: ${record.oursMs} ms against ${record.theirsMs} ms, ratio ${record.ratio} (${record.ratioRange.join('…')})`)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      report.failures.push({ name: row.name, error: text })
      say(`${row.name} could not be measured: ${text}`)
    }
  }
  for (const group of groupsByEnvironment(wantedRows.filter(({ environment }) => !isOurs(environment)))) {
    const apart = await measuredApart(group, options, signal)
    report.rows.push(...apart.rows)
    report.failures.push(...apart.failures)
  }
  report.rows.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
  if (wanted(OVERHEAD)) report.overhead = await measureOverhead(opponent(), duelOptions)
  reportSchema.parse(report)
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write(`${[machineLine(report), '', markdownTable(report), '', ...notes(report)].join('\n')}\n`)
  if (options.save && report.failures.length === 0) await save(root, report, say)
  return report.failures.length > 0 || report.rows.some(({ check }) => check && !check.agrees) ? 2 : 0
}

async function save(root: string, report: Report, say: (text: string) => void): Promise<void> {
  const folder = join(root, 'bench', 'results')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'latest.json')
  const earlier = await readFile(file, 'utf8').then(
    (text) => reportSchema.parse(JSON.parse(text)),
    () => null,
  )
  const whole = earlier ? entered(report, earlier, rows.map(({ name }) => name)) : report
  await writeFileAtomically(file, [Buffer.from(`${JSON.stringify(whole, null, 2)}\n`)])
  const readme = join(root, 'README.md')
  await writeFileAtomically(readme, [Buffer.from(withBenchmark(await readFile(readme, 'utf8'), whole))])
  say('Saved in bench/results/latest.json and the README')
}
