import { conditioningOf } from '../contract/conditioning'
import type { SplitName } from '../contract/domain'
import { nllUnit } from '../contract/domain'
import type { ComparedNumber } from '../contract/published/comparable'
import { publishedBeside, whyRunsDiffer } from '../contract/published/comparable'
import type { DatasetContent } from '../contract/published/knownDatasets'
import { recogniseDataset } from '../contract/published/knownDatasets'
import type { Comparison, ComparisonRow } from '../contract/records/comparison'
import type { RunRecord } from '../contract/records/run'
import { contentOf } from './datasetContent'
import type { StudioContext } from './context'

/** The leaderboard: runs and published results, each with whether it may stand beside the first run. */
export async function compareRuns(context: StudioContext, { runIds, split }: { runIds: readonly string[]; split: SplitName }): Promise<Comparison> {
  const compared: { run: RunRecord; number: ComparedNumber | null }[] = []
  for (const id of new Set(runIds)) {
    const run = context.runs.get(id)
    const content = await contentOfRun(context, run)
    compared.push({ run, number: content && numberOf(run, content, split) })
  }
  const first = compared[0]?.number ?? null
  const rows: ComparisonRow[] = compared.flatMap(({ run, number }) => runRows(context, run, split, whyOf(number, first)))
  if (first) rows.push(...publishedBeside(first))
  return { recognised: first && (recogniseDataset(first.content)?.id ?? null), rows: rows.sort(byRank) }
}

const numberOf = ({ model, dataset }: RunRecord, content: DatasetContent, split: SplitName): ComparedNumber => ({
  content,
  split,
  unit: nllUnit(dataset.domain),
  conditioned: conditioningOf(model, dataset.domain) !== null,
})

function whyOf(number: ComparedNumber | null, first: ComparedNumber | null): string | null {
  if (!number) return 'its data set is no longer in the workspace, so what it was scored on cannot be told'
  return first ? whyRunsDiffer(first, number) : "the first run's data set is no longer in the workspace"
}

async function contentOfRun({ datasets }: StudioContext, { dataset }: RunRecord): Promise<DatasetContent | null> {
  const record = datasets.list().find(({ id }) => id === dataset.id)
  return record ? contentOf(record, datasets.folderOf(record.id)) : null
}

/** A row for the latest score of the run alone, and one for that of each ensemble of it; of all examples, where there is such a score. */
function runRows({ datasets }: StudioContext, run: RunRecord, split: SplitName, why: string | null): ComparisonRow[] {
  const scores = run.scores.filter((score) => score.split === split && score.dataset === run.dataset.id)
  // Newest first. Of a map's entries for one key the last stays: so parts of the split come before all of it, each from the oldest on.
  const oldestFirst = [...scores].reverse()
  const ordered = [...oldestFirst.filter(({ subset }) => subset), ...oldestFirst.filter(({ subset }) => !subset)]
  const latest = [...new Map(ordered.map((score) => [score.members ?? 1, score])).values()]
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
