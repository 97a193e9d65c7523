interface Searched {
  kind: string
  title: string
  description: string
}

/** Entries that hold every word of the query, those with it in their title first. */
export function searchPalette<Entry extends Searched>(entries: readonly Entry[], query: string): readonly Entry[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return entries
  const holds = (text: string): boolean => wanted.every((word) => text.toLowerCase().includes(word))
  const named = entries.filter(({ title, kind }) => holds(`${title} ${kind}`))
  return [...named, ...entries.filter((entry) => !named.includes(entry) && holds(`${entry.title} ${entry.kind} ${entry.description}`))]
}
