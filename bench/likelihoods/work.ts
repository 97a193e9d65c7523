import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkpointsAnswer, classifyAnswer, exactMatchAnswer, runsAnswer, samplesAnswer, scoreAnswer, trainAnswer } from './answers'
import type { KnownDataSet, KnownRun } from './answers'
import type { CommandLine } from './commandLine'
import type { Entry } from './record'
import type { LikelihoodRow } from './rows'

const SEED = 0
/** Class-conditional models: so many samples of each class in the grid. */
const SAMPLES_EACH = 10
/** A line of progress is passed on no more often than this, and one that says how good the model is no more often than that. */
const QUIET_MILLISECONDS = 60_000
const FIGURE_MILLISECONDS = 20_000
const POLL_MILLISECONDS = 5_000

export interface Work {
  cli: CommandLine
  say(text: string): void
  signal?: AbortSignal
  /** Where grids of samples go. */
  pictures: string
  machine: string
  version: string
}

/** A run is known by its name, which is one of row, budget and settings: another budget starts another run. */
export function runName({ name, family, preset, settings, minutes }: LikelihoodRow): string {
  const hash = createHash('sha256').update(JSON.stringify([family, preset, settings])).digest('hex').slice(0, 8)
  return `${name}, ${minutes === null ? 'fitted' : `${minutes} min`}, ${hash}`
}

export const findRun = (runs: readonly KnownRun[], row: LikelihoodRow): KnownRun | undefined => runs.find(({ name }) => name === runName(row))

/** Tells which option of the command line a row needs and this version does not have; null when it has all. */
export async function missingOptions(cli: CommandLine): Promise<(row: LikelihoodRow) => string | null> {
  const score = (await cli.help('score')) ?? ''
  const ordered = score.includes('--orderings') && score.includes('--examples')
  const classifies = (await classifyCommand(cli)) !== null
  return ({ orderings, accuracy }) => {
    if (orderings !== null && !ordered) return 'score has no --orderings and --examples'
    return accuracy !== null && !classifies ? 'there is no command that classifies' : null
  }
}

async function classifyCommand(cli: CommandLine): Promise<string[] | null> {
  if ((await cli.help('classify')) !== null) return ['classify']
  return ((await cli.help('score')) ?? '').includes('--classify') ? ['score', '--classify'] : null
}

/** Trains what of a row is not trained yet, scores it, and answers its entry. */
export async function measure(row: LikelihoodRow, dataSet: KnownDataSet, work: Work): Promise<Entry> {
  const { cli, say } = work
  const run = await trained(row, dataSet, work)
  say(`${row.name}: scoring the test split`)
  const onLine = occasionally(say)
  const { orderings } = row
  const flags = orderings === null ? [] : ['--orderings', String(orderings.count), '--examples', String(orderings.examples)]
  const score = await cli.ask(['score', '--run', run.id, '--split', 'test', ...flags], scoreAnswer, onLine)
  const checkpoints = await cli.ask(['checkpoints', '--run', run.id], checkpointsAnswer)
  const hash = checkpoints.find(({ step }) => step === score.checkpoint)?.record?.weightsHash
  if (hash === undefined) throw new Error(`The checkpoint of step ${score.checkpoint} that was scored is not listed.`)
  const { classification, samples } =
    row.accuracy === null
      ? { classification: null, samples: null }
      : await conditional({ row, wanted: row.accuracy, run, classes: dataSet.domain.classes ?? 1 }, work)
  const match = row.exactMatch === null ? null : await cli.ask(['score', '--run', run.id, '--split', 'test', '--exact-match'], exactMatchAnswer, onLine)
  const { nats, bitsPerDim, standardError, examples, exact, weights, divergence } = score
  const single = score.orderings?.mean
  const { engine, execution } = run
  return {
    name: row.name,
    dataSet: row.dataSet.name,
    variant: dataSet.variant,
    examplesTrained: dataSet.counts.train,
    family: row.family,
    preset: row.preset,
    settings: [...row.settings],
    config: run.model.config,
    parameters: run.parameters,
    minutes: row.minutes,
    secondsTrained: run.progress.seconds,
    steps: run.progress.step,
    bestStep: score.checkpoint,
    seed: run.training.seed,
    test: {
      nats,
      bitsPerDim,
      standardError,
      examples,
      weights,
      exact,
      orderings: orderings?.count ?? null,
      singleOrdering: single ? { nats: single.nats, standardError: single.standardError } : null,
      totalProbability: divergence?.totalProbability ?? null,
    },
    unit: row.dataSet.unit,
    target: row.target,
    targetFrom: row.targetFrom,
    atMostOf: row.atMostOf,
    group: row.group,
    exactMatch: match && { share: match.exactMatch, examples: match.examples, wanted: row.exactMatch ?? 0 },
    classification,
    samples,
    published: [...row.published],
    weightsHash: hash,
    engine: engine ? engineText(engine) : 'unknown',
    execution: execution?.mode ?? 'fitted',
    machine: work.machine,
    date: new Date().toISOString(),
    version: work.version,
  }
}

const engineText = ({ name, tensorflow, gpu, device }: NonNullable<KnownRun['engine']>): string =>
  `${name}${tensorflow === null ? '' : ` with TensorFlow ${tensorflow}`} on ${gpu ?? device}`

/** The row's run, trained to the end of its budget: a new one, or the rest of one that was stopped or killed. */
async function trained(row: LikelihoodRow, dataSet: KnownDataSet, work: Work): Promise<KnownRun> {
  const { cli, say } = work
  const onLine = occasionally(say)
  const present = await settled(row, work)
  if (present?.status !== 'completed') {
    if (present) {
      say(`${row.name}: going on with ${present.id} from step ${present.progress.step}, ${Math.round(present.progress.seconds)} s of training done`)
      await cli.ask(['train', '--resume', present.id], trainAnswer, onLine)
    } else {
      say(`${row.name}: ${row.minutes === null ? 'fitting' : `training for ${row.minutes} min`}`)
      const budget = row.minutes === null ? [] : ['--minutes', String(row.minutes)]
      const model = ['--family', row.family, '--preset', row.preset, ...row.settings.flatMap((setting) => ['--set', setting])]
      const named = ['--seed', String(SEED), '--name', runName(row)]
      await cli.ask(['train', '--dataset', dataSet.id, ...model, ...budget, ...named], trainAnswer, onLine)
    }
  }
  const run = await settled(row, work)
  if (run?.status !== 'completed') throw new Error(run?.error ?? `The training ended as '${run?.status ?? 'nothing'}'.`)
  return run
}

/** The row's run once nothing trains it any more: a command that outlived this script may still do so. */
async function settled(row: LikelihoodRow, { cli, say, signal }: Work): Promise<KnownRun | undefined> {
  for (let told = false; ; told = true) {
    const run = findRun(await cli.ask(['runs'], runsAnswer), row)
    if (!run || (run.status !== 'starting' && run.status !== 'running')) return run
    if (!told) say(`${row.name}: ${run.id} is still being trained by another command; waiting for it`)
    await sleep(POLL_MILLISECONDS, undefined, signal ? { signal } : {})
  }
}

/** Of a class-conditional model: a grid with a row of samples for each class, and how well it classifies. */
async function conditional(
  { row, wanted, run, classes }: { row: LikelihoodRow; wanted: number; run: KnownRun; classes: number },
  work: Work,
): Promise<Pick<Entry, 'classification' | 'samples'>> {
  const { cli, say, pictures } = work
  const command = await classifyCommand(cli)
  if (command === null) throw new Error('There is no command that classifies.')
  const samples = `${row.name}.png`
  await mkdir(pictures, { recursive: true })
  say(`${row.name}: drawing ${SAMPLES_EACH} samples of each class`)
  const layout = ['--columns', String(SAMPLES_EACH), '--scale', '2']
  const grid = ['--class', 'each', '--count', String(SAMPLES_EACH * classes), '--seed', String(SEED), ...layout]
  await cli.ask(['sample', '--run', run.id, ...grid, '--out', join(pictures, samples)], samplesAnswer)
  say(`${row.name}: classifying the test split`)
  const { accuracy, examples } = await cli.ask([...command, '--run', run.id, '--split', 'test'], classifyAnswer, occasionally(say))
  return { classification: { accuracy, examples, wanted }, samples }
}

/** Passes on what says how good the model is, and of the rest a line now and then. */
function occasionally(say: (text: string) => void): (line: string) => void {
  let last = performance.now()
  return (line) => {
    const figure = /^step \d+,/.test(line)
    if (performance.now() - last < (figure ? FIGURE_MILLISECONDS : QUIET_MILLISECONDS)) return
    last = performance.now()
    say(`  ${line}`)
  }
}
