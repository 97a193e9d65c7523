import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatasetRecord, RunRecord } from '../../src-main/contract'

/** What stands on the disk, whatever the window shows. */
export function runRecords(home: string): RunRecord[] {
  return records(join(home, 'runs'), 'run.json') as RunRecord[]
}

export function datasetRecords(home: string): DatasetRecord[] {
  return records(join(home, 'datasets'), 'dataset.json') as DatasetRecord[]
}

/** Everything in a folder of the workspace, hidden entries included: what a failed import may have left. */
export function entries(home: string, folder: 'datasets' | 'runs' | 'uploads'): string[] {
  const path = join(home, folder)
  return existsSync(path) ? readdirSync(path) : []
}

/** Steps of the metric points, in the order they were written. */
export function metricSteps(home: string, runId: string): number[] {
  const lines = readFileSync(join(home, 'runs', runId, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => (JSON.parse(line) as { step: number }).step)
}

function records(folder: string, file: string): unknown[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => join(folder, name, file))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as unknown)
}
