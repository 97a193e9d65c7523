import type { RunRecord } from './records/run'

/** What of a run decides what it computes. */
export type ConfiguredRun = Pick<RunRecord, 'dataset' | 'model' | 'training' | 'budget'>

/** One field in which runs differ; `values` in the order of the runs, null where a run has no such field. */
export interface ConfigurationDifference {
  /** 'model.hidden', 'training.learningRate', 'budget.steps', 'dataset' … */
  field: string
  values: (string | null)[]
}

/** Every setting of a run by its path, as it is written: 'model.hidden' -> '500, 500'. */
export function configurationOf({ dataset, model, training, budget }: ConfiguredRun): Map<string, string> {
  const fields = new Map<string, string>()
  fields.set('dataset', `${dataset.name}, ${dataset.variant}`)
  fields.set('family', model.family)
  flatten('model', model.config, fields)
  flatten('training', training, fields)
  flatten('budget', budget, fields)
  return fields
}

/** The fields in which some of the runs differ, in the order in which they stand in the first that has them. */
export function configurationDifferences(runs: readonly ConfiguredRun[]): ConfigurationDifference[] {
  const all = runs.map(configurationOf)
  const names = new Set(all.flatMap((fields) => [...fields.keys()]))
  return [...names]
    .map((field) => ({ field, values: all.map((fields) => fields.get(field) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

/** The same for runs that differ in seeds alone: repetitions of one experiment. */
export function experimentKey(run: ConfiguredRun): string {
  const fields = [...configurationOf(run)].filter(([field]) => !isSeed(field)).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([run.dataset.id, ...fields])
}

const isSeed = (field: string): boolean => /(^|\.)\w*seed$/i.test(field)

function flatten(path: string, value: unknown, fields: Map<string, string>): void {
  if (value === undefined) return
  if (Array.isArray(value)) {
    // Lists of numbers are one setting; lists of blocks are many.
    if (value.every((item) => typeof item !== 'object' || item === null)) fields.set(path, value.map(written).join(', '))
    else value.forEach((item, index) => flatten(`${path}.${index + 1}`, item, fields))
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) flatten(`${path}.${name}`, inner, fields)
  } else fields.set(path, written(value))
}

const written = (value: unknown): string => (value === null ? 'off' : value === true ? 'on' : value === false ? 'off' : String(value))
