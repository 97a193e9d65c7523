import type { RunRecord } from '../../src-main/contract'

type Searched = Pick<RunRecord, 'id' | 'name' | 'notes' | 'tags' | 'status' | 'dataset' | 'model' | 'preset'>

/** What is searched of a run, in small letters. */
const words = ({ id, name, notes, tags, status, dataset, model, preset }: Searched): string =>
  [id, name, notes, status, dataset.name, dataset.variant, model.family, preset ?? '', ...tags.map((tag) => `#${tag}`)].join('\n').toLowerCase()

/** Whether a run holds every word of a search somewhere; '#word' looks in the tags alone. */
export function matches(run: Searched, search: string): boolean {
  const wanted = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (wanted.length === 0) return true
  const text = words(run)
  return wanted.every((word) => text.includes(word))
}
