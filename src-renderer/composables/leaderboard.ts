import type { Comparison, ComparisonRow, RepeatedSeeds, RunRecord } from '../../src-main/contract'
import { experimentKey } from '../../src-main/contract'
import { matches } from './runFilter'

export type Grouping = 'none' | 'dataset' | 'family' | 'tag' | 'seeds'
export type SortColumn = 'nats' | 'title' | 'parameters'

export interface LeaderboardQuery {
  search: string
  grouping: Grouping
  sort: { by: SortColumn; descending: boolean }
  comparableOnly: boolean
  published: boolean
}

/** One line of the list: a heading, or a row under the last heading. */
export type LeaderboardItem =
  | { kind: 'group'; key: string; title: string; rows: number; seeds: RepeatedSeeds | null }
  | { kind: 'row'; key: string; row: ComparisonRow; run: RunRecord | null; rank: number | null }

interface Placed {
  key: string
  row: ComparisonRow
  run: RunRecord | null
}

/** The rows that are asked for, comparable ones first, under their headings. */
export function leaderboardItems({ rows, seeds }: Pick<Comparison, 'rows' | 'seeds'>, runs: ReadonlyMap<string, RunRecord>, query: LeaderboardQuery, words: { untagged: string; single: string; published: string }): LeaderboardItem[] {
  const placed = rows
    .map((row, index): Placed => ({ row, key: keyOf(row, index), run: row.kind === 'run' ? (runs.get(row.runId) ?? null) : null }))
    .filter(({ row, run }) => (row.kind === 'run' ? run !== null && matches(run, query.search) : query.published && publishedMatches(row, query.search)))
    .filter(({ row }) => row.comparable || !query.comparableOnly)
    .sort((a, b) => Number(b.row.comparable) - Number(a.row.comparable) || ownFirst(a.row, b.row) || compareBy(a.row, b.row, query.sort))
  const ranks = ranksOf(placed)
  const toItem = (each: Placed, group: string): LeaderboardItem => ({
    ...each,
    kind: 'row',
    key: `${group}:${each.key}`,
    rank: ranks.get(each.row) ?? null,
  })
  if (query.grouping === 'none') return placed.map((each) => toItem(each, ''))
  return [...groupsOf(placed, query.grouping, words)].flatMap(([title, members]) => {
    const key = members.find(({ run }) => run !== null)?.run
    const repeated = query.grouping === 'seeds' && key ? (seeds.find(({ runIds }) => runIds.includes(key.id)) ?? null) : null
    return [{ kind: 'group', key: `group:${title}`, title: repeated?.title ?? title, rows: members.length, seeds: repeated } as const, ...members.map((each) => toItem(each, title))]
  })
}

/** Papers give several numbers of one model, so published results are told apart by their place in the comparison. */
function keyOf(row: ComparisonRow, index: number): string {
  if (row.kind === 'run') return `${row.runId}:${row.members ?? 1}`
  return row.ownId === undefined ? `published:${index}` : `own:${row.ownId}`
}

const experiments = new WeakMap<RunRecord, string>()

/** Records are never changed in place, so what follows from one is worked out once. */
function experimentOf(run: RunRecord): string {
  const key = experiments.get(run) ?? experimentKey(run)
  experiments.set(run, key)
  return key
}

/** Place by NLL among the comparable figures, whatever they are sorted by. */
function ranksOf(placed: readonly Placed[]): ReadonlyMap<ComparisonRow, number> {
  const judged = placed.map(({ row }) => row).filter((row) => row.comparable && row.nats !== null)
  return new Map(judged.sort((a, b) => a.nats! - b.nats!).map((row, index) => [row, index + 1]))
}

/** Of what cannot be compared, the runs come before the literature. */
const ownFirst = (a: ComparisonRow, b: ComparisonRow): number =>
  a.comparable || b.comparable ? 0 : Number(a.kind === 'published') - Number(b.kind === 'published')

function compareBy(a: ComparisonRow, b: ComparisonRow, { by, descending }: LeaderboardQuery['sort']): number {
  const sign = descending ? -1 : 1
  if (by === 'title') return sign * a.title.localeCompare(b.title, undefined, { numeric: true })
  const value = (row: ComparisonRow): number | null => (by === 'nats' ? row.nats : row.kind === 'run' ? row.parameters : null)
  const [one, other] = [value(a), value(b)]
  // What has no value comes last either way.
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return sign * (one - other)
}

function publishedMatches({ title, family, reference, dataset }: Extract<ComparisonRow, { kind: 'published' }>, search: string): boolean {
  const text = `${title}\n${family}\n${reference}\n${dataset}`.toLowerCase()
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

function groupsOf(placed: readonly Placed[], grouping: Exclude<Grouping, 'none'>, words: { untagged: string; single: string; published: string }): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>()
  const put = (title: string, each: Placed): void => void groups.set(title, [...(groups.get(title) ?? []), each])
  const repeats = new Map<string, number>()
  if (grouping === 'seeds') for (const { run } of placed) if (run) repeats.set(experimentOf(run), (repeats.get(experimentOf(run)) ?? 0) + 1)
  for (const each of placed) {
    const { row, run } = each
    if (grouping === 'dataset') put(`${row.dataset}, ${row.dataVariant}`, each)
    else if (grouping === 'family') put(row.family || row.title, each)
    else if (!run) put(words.published, each)
    else if (grouping === 'tag') for (const tag of run.tags.length > 0 ? run.tags : [words.untagged]) put(tag, each)
    else if ((repeats.get(experimentOf(run)) ?? 0) < 2) put(words.single, each)
    else put(experimentOf(run), each)
  }
  // The literature stands after one's own runs, however good it is.
  const literature = groups.get(words.published)
  if (literature && groups.delete(words.published)) groups.set(words.published, literature)
  return groups
}
