import { describe, expect, it } from 'vitest'
import { trainingConfigSchema } from '../../src-main/contract'
import type { ComparisonRow, RunRecord } from '../../src-main/contract'
import type { LeaderboardQuery } from './leaderboard'
import { leaderboardItems } from './leaderboard'

const domain = { kind: 'table' as const, shape: [4], levels: 2, variableLength: false, encoding: 'linear' as const }
function run(id: string, changes: Partial<RunRecord> = {}, seed = 0): RunRecord {
  return {
    type: 'run', version: 1, id, name: id, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z',
    dataset: { id: 'd', name: 'Digits', variant: 'threshold', domain },
    model: { family: 'made', config: { hidden: [8] } }, preset: null, training: trainingConfigSchema.parse({ seed }), budget: { steps: 1 },
    parameters: id.length, status: 'completed', error: null,
    progress: { step: 1, epoch: 1, seconds: 1, fraction: 1, etaSeconds: null, stepsPerSecond: 1 },
    lastTrain: null, lastValid: null, best: null, baselines: { uniformNats: 1, independentNats: 1 }, scores: [], weightsHash: null,
    engine: null, execution: null, notes: '', tags: [], parent: null, imported: null, ...changes,
  }
}
const common = { unit: 'nats/example' as const, split: 'test' as const, dataset: 'Digits', dataVariant: 'threshold', bitsPerDim: 1, exact: true }
const rowOf = ({ id, name, model, parameters }: RunRecord, nats: number | null, why: string | null = null): ComparisonRow => ({
  kind: 'run', ...common, title: name, family: model.family, runId: id, preset: null, parameters, nats, standardError: 0.1, examples: 10, weights: 'raw', checkpointStep: 1, comparable: why === null, why,
})
const published = (title: string, nats: number): ComparisonRow => ({ kind: 'published', ...common, title, family: 'nade', nats, comparable: true, why: null, reference: 'Somebody (2011)', note: null })

const runs = [run('aa', { tags: ['paper'] }), run('b', { tags: ['paper', 'wide'] }, 1), run('cccc', { model: { family: 'nade', config: {} } })]
const rows = [rowOf(runs[0]!, 90), rowOf(runs[1]!, 80), rowOf(runs[2]!, 70, 'other data'), published('NADE', 88)]
const base: LeaderboardQuery = { search: '', grouping: 'none', sort: { by: 'nats', descending: false }, comparableOnly: false, published: true }
const words = { untagged: 'no tag', single: 'single', published: 'published' }
const seeds = [{ title: 'aa', runIds: ['aa', 'b'], nats: 85, standardDeviation: 7, bitsPerDim: 1, unit: 'nats/example' as const }]
function shown(query: Partial<LeaderboardQuery>): string[] {
  const items = leaderboardItems({ rows, seeds }, new Map(runs.map((each) => [each.id, each])), { ...base, ...query }, words)
  return items.map((item) => (item.kind === 'group' ? `[${item.title}${item.seeds ? ` ${item.seeds.nats}` : ''} ${item.rows}]` : item.row.title))
}

describe('leaderboardItems', () => {
  it('ranks comparable figures from the lowest NLL up, others last', () => {
    expect(shown({})).toEqual(['b', 'NADE', 'aa', 'cccc'])
    const other = { ...published('Other data', 10), comparable: false, why: 'other data' }
    const [, , , fourth] = leaderboardItems({ rows: [other, ...rows], seeds }, new Map(runs.map((each) => [each.id, each])), base, words)
    expect(fourth?.kind === 'row' && fourth.row.title).toBe('cccc')
    const items = leaderboardItems({ rows, seeds }, new Map(runs.map((each) => [each.id, each])), { ...base, sort: { by: 'title', descending: false } }, words)
    expect(items.map((item) => item.kind === 'row' && [item.row.title, item.rank])).toEqual([['aa', 3], ['b', 1], ['NADE', 2], ['cccc', null]])
  })

  it('sorts by any column either way, what has no value last', () => {
    expect(shown({ sort: { by: 'parameters', descending: true } })).toEqual(['aa', 'b', 'NADE', 'cccc'])
    expect(shown({ sort: { by: 'parameters', descending: false } })).toEqual(['b', 'aa', 'NADE', 'cccc'])
  })

  it('searches runs and published results, and hides what is not wanted', () => {
    expect(shown({ search: '#paper' })).toEqual(['b', 'aa'])
    expect(shown({ search: 'somebody' })).toEqual(['NADE'])
    expect(shown({ comparableOnly: true, published: false })).toEqual(['b', 'aa'])
  })

  it('tells published results of one name apart', () => {
    const twice = [...rows, published('NADE', 87)]
    const items = leaderboardItems({ rows: twice, seeds }, new Map(runs.map((each) => [each.id, each])), { ...base, grouping: 'tag' }, words)
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  })

  it('groups by tag, family and repeated seeds', () => {
    expect(shown({ grouping: 'tag' })).toEqual(['[paper 2]', 'b', 'aa', '[wide 1]', 'b', '[no tag 1]', 'cccc', '[published 1]', 'NADE'])
    expect(shown({ grouping: 'family' })).toEqual(['[made 2]', 'b', 'aa', '[nade 2]', 'NADE', 'cccc'])
    expect(shown({ grouping: 'seeds' })).toEqual(['[aa 85 2]', 'b', 'aa', '[single 1]', 'cccc', '[published 1]', 'NADE'])
  })
})
