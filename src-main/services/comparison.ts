import { conditioningOf, toldFeatures } from '../contract/conditioning'
import { experimentKey } from '../contract/configuration'
import type { SplitName } from '../contract/domain'
import { framesOf, nllUnit } from '../contract/domain'
import type { ComparedNumber } from '../contract/published/comparable'
import { ownPublishedBeside, publishedBeside, whyRunsDiffer } from '../contract/published/comparable'
import type { DatasetContent } from '../contract/published/knownDatasets'
import { recogniseDataset } from '../contract/published/knownDatasets'
import type { Comparison, ComparisonRow, PairedDifference, RepeatedSeeds } from '../contract/records/comparison'
import type { RunRecord } from '../contract/records/run'
import { UserError } from '../data/userError'
import { StorageError } from '../storage/atomicWrite'
import { contentOf } from './datasetContent'
import type { StudioContext } from './context'
import { pairedDifference, sameExamples } from './pairedDifference'
import { readPerExample } from './perExample'
import { listPublications } from './publications'

type Score = RunRecord['scores'][number]

interface CompareInput {
  runIds: readonly string[]
  split: SplitName
  paired?: boolean | undefined
}

interface ComparedRun {
  run: RunRecord
  number: ComparedNumber | null
  scores: readonly Score[]
}

/** The leaderboard: runs and published results, each with whether it may stand beside the first run. */
export async function compareRuns(context: StudioContext, { runIds, split, paired = false }: CompareInput): Promise<Comparison> {
  const compared: ComparedRun[] = []
  for (const id of new Set(runIds)) compared.push(await comparedRun(context, id, split))
  const first = compared[0]?.number ?? null
  const rows: ComparisonRow[] = []
  for (const each of compared) {
    const found = runRows(context, each, split, whyOf(each.number, first))
    if (paired && each !== compared[0]) await addDifference(context, found, each, compared[0]!)
    rows.push(...found)
  }
  if (first) rows.push(...publishedBeside(first), ...ownPublishedBeside(first, await readablePublications(context)))
  return { recognised: first && (recogniseDataset(first.content)?.id ?? null), rows: rows.sort(byRank), seeds: repeatedSeeds(rows, compared) }
}

/** A file that cannot be read is reported where its content is asked for; the leaderboard stands without it. */
const readablePublications = (context: StudioContext): ReturnType<typeof listPublications> =>
  listPublications(context).catch((error: unknown) => {
    if (error instanceof StorageError) return []
    throw error
  })

/** The difference of two runs' NLLs over the same examples; UserError where there can be none. */
export async function runDifference(context: StudioContext, { runId, against, split }: { runId: string; against: string; split: SplitName }): Promise<PairedDifference> {
  if (runId === against) throw new UserError('A run does not differ from itself.', { field: 'against', mend: 'Choose another run.' })
  const [one, other] = [await comparedRun(context, runId, split), await comparedRun(context, against, split)]
  const why = whyOf(one.number, other.number)
  if (why !== null) throw new UserError(`${one.run.name} cannot be compared with ${other.run.name}: ${why}.`, { field: 'runId' })
  return differenceOf(context, one, other)
}

async function differenceOf({ runs }: StudioContext, one: ComparedRun, other: ComparedRun): Promise<PairedDifference> {
  const [score, beside] = [scoreOf(one), scoreOf(other)]
  // Data are known by their test split; that two sets agree in the others is not.
  if (score.split !== 'test' && one.run.dataset.id !== other.run.dataset.id)
    throw new UserError(`Whether ${one.run.name} and ${other.run.name} were scored on the same ${score.split} examples is not known.`, { mend: 'Compare them on the test split.' })
  const [nats, others] = [await readPerExample(runs, one.run, score), await readPerExample(runs, other.run, beside)]
  if (!sameExamples(nats, others))
    throw new UserError(`${one.run.name} was scored on ${score.examples} examples and ${other.run.name} on ${beside.examples} others.`, {
      mend: `Score both on the whole ${score.split} split.`,
    })
  return {
    against: other.run.id,
    ...pairedDifference(nats, others, score.unit, framesOf(one.run.dataset.domain)),
    unit: score.unit,
    split: score.split,
    examples: score.examples,
    unpairedStandardError: Math.hypot(score.standardError, beside.standardError),
    exact: score.exact && beside.exact,
  }
}

function scoreOf({ run, scores }: ComparedRun): Score {
  const [score] = scores
  if (!score) throw new UserError(`${run.name} has not been scored on this split yet.`, { mend: 'Score it first.' })
  return score
}

/** Into the row of the run's first score; the ones that have none say nothing. */
async function addDifference(context: StudioContext, rows: ComparisonRow[], run: ComparedRun, first: ComparedRun): Promise<void> {
  const [row] = rows
  if (row?.kind !== 'run' || !row.comparable || row.nats === null) return
  const difference = await differenceOf(context, run, first).catch((error: unknown) => {
    if (error instanceof UserError) return null
    throw error
  })
  if (difference) row.difference = difference
}

async function comparedRun(context: StudioContext, id: string, split: SplitName): Promise<ComparedRun> {
  const run = context.runs.get(id)
  const content = await contentOfRun(context, run)
  return { run, number: content && numberOf(run, content, split), scores: latestScores(run, split) }
}

/** Mean and spread over runs that repeat one experiment with other seeds, of numbers that may stand beside each other. */
function repeatedSeeds(rows: readonly ComparisonRow[], compared: readonly ComparedRun[]): RepeatedSeeds[] {
  const experiments = new Map<string, Extract<ComparisonRow, { kind: 'run' }>[]>()
  for (const { run } of compared) {
    const row = rows.find((candidate) => candidate.kind === 'run' && candidate.runId === run.id && candidate.members === undefined)
    if (row?.kind !== 'run' || !row.comparable || row.nats === null) continue
    const key = experimentKey(run)
    experiments.set(key, [...(experiments.get(key) ?? []), row])
  }
  return [...experiments.values()].flatMap((group) => {
    if (group.length < 2) return []
    const nats = group.reduce((sum, row) => sum + row.nats!, 0) / group.length
    const bitsPerDim = group.reduce((sum, row) => sum + row.bitsPerDim!, 0) / group.length
    const standardDeviation = Math.sqrt(group.reduce((sum, row) => sum + (row.nats! - nats) ** 2, 0) / (group.length - 1))
    return [{ title: group[0]!.title, runIds: group.map(({ runId }) => runId), nats, standardDeviation, bitsPerDim, unit: group[0]!.unit }]
  })
}

const numberOf = ({ model, dataset }: RunRecord, content: DatasetContent, split: SplitName): ComparedNumber => ({
  content,
  split,
  unit: nllUnit(dataset.domain),
  conditioned: conditioningOf(model, dataset.domain) !== null,
  features: toldFeatures({ model, dataset }) ?? undefined,
})

function whyOf(number: ComparedNumber | null, first: ComparedNumber | null): string | null {
  if (!number) return 'its data set is no longer in the workspace, so what it was scored on cannot be told'
  return first ? whyRunsDiffer(first, number) : "the first run's data set is no longer in the workspace"
}

async function contentOfRun({ datasets }: StudioContext, { dataset }: RunRecord): Promise<DatasetContent | null> {
  const record = datasets.list().find(({ id }) => id === dataset.id)
  return record ? contentOf(record, datasets.folderOf(record.id)) : null
}

/** The latest score of the run alone, and that of each ensemble of it; of all examples, where there is such a score. */
export function latestScores(run: RunRecord, split: SplitName): Score[] {
  const scores = run.scores.filter((score) => score.split === split && score.dataset === run.dataset.id)
  // Newest first. Of a map's entries for one key the last stays: so parts of the split come before all of it, each from the oldest on.
  const oldestFirst = [...scores].reverse()
  const ordered = [...oldestFirst.filter(({ subset }) => subset), ...oldestFirst.filter(({ subset }) => !subset)]
  return [...new Map(ordered.map((score) => [score.members ?? 1, score])).values()].sort((a, b) => (a.members ?? 1) - (b.members ?? 1))
}

function runRows({ datasets }: StudioContext, { run, scores: latest }: ComparedRun, split: SplitName, why: string | null): ComparisonRow[] {
  const about = {
    kind: 'run' as const,
    title: run.name,
    family: run.model.family,
    runId: run.id,
    preset: run.preset,
    parameters: run.parameters,
    unit: nllUnit(run.dataset.domain),
    split,
    dataset: run.dataset.name,
    dataVariant: run.dataset.variant,
  }
  if (latest.length === 0) {
    const none = { nats: null, bitsPerDim: null, exact: null, standardError: null, examples: null, weights: null, checkpointStep: null }
    return [{ ...about, ...none, comparable: false, why: why ?? `it has not been scored on the ${split} split yet` }]
  }
  const all = datasets.list().find(({ id }) => id === run.dataset.id)?.counts[split]
  return latest.map(({ nats, bitsPerDim, exact, standardError, examples, weights, checkpointStep, members }) => {
    const some = all !== undefined && examples < all ? `it was scored on ${examples.toLocaleString('en')} of the ${all.toLocaleString('en')} ${split} examples` : null
    const reason = why ?? some
    const numbers = { nats, bitsPerDim, exact, standardError, examples, weights, checkpointStep, ...(members === undefined ? {} : { members }) }
    return { ...about, ...numbers, comparable: reason === null, why: reason }
  })
}

/** Comparable ones first, the lowest NLL first, those without a number last. */
const byRank = (a: ComparisonRow, b: ComparisonRow): number =>
  Number(b.comparable) - Number(a.comparable) || (a.nats ?? Infinity) - (b.nats ?? Infinity) || 0
