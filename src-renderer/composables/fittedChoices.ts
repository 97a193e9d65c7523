import type { CheckpointListing } from '../../src-main/contract'

/** What a closed form chose while it was fitted: single numbers by name, and series such as the criterion of every order. */
export interface FittedChoices {
  single: { name: string; value: number }[]
  /** name -> its values at 0, 1, 2 … */
  series: ReadonlyMap<string, readonly number[]>
}

/** From the state of a run's newest checkpoint: `order`, and `aic.0`, `aic.1` … as a series; null where nothing was chosen. */
export function fittedChoices(checkpoints: readonly Pick<CheckpointListing, 'record'>[]): FittedChoices | null {
  const chosen = checkpoints.find(({ record }) => record !== null)?.record?.trainerState['chosen']
  if (typeof chosen !== 'object' || chosen === null) return null
  const single: FittedChoices['single'] = []
  const series = new Map<string, number[]>()
  for (const [name, value] of Object.entries(chosen)) {
    if (typeof value !== 'number') continue
    const [, stem, place] = /^(.+)\.(\d+)$/.exec(name) ?? []
    if (stem === undefined) single.push({ name, value })
    else {
      const values = series.get(stem) ?? []
      values[Number(place)] = value
      series.set(stem, values)
    }
  }
  return single.length + series.size === 0 ? null : { single, series }
}
