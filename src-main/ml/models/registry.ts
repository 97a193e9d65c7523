import type { Family } from './model'

/** Every family of the studio; a new one is one line here. */
export const families: readonly Family[] = []

export function familyById(id: string): Family {
  const family = families.find((candidate) => candidate.description.id === id)
  if (!family) throw new Error(`There is no model family '${id}'. Known: ${families.map((known) => known.description.id).join(', ')}.`)
  return family
}
