/** Two versions of a text as one: what both begin and end with stands once, and of what differs theirs comes before mine. */
export function mergedNotes(theirs: string, mine: string): string {
  if (theirs === '' || mine === '') return theirs + mine
  const [one, other] = [theirs.split('\n'), mine.split('\n')]
  const shorter = Math.min(one.length, other.length)
  let start = 0
  while (start < shorter && one[start] === other[start]) start++
  let end = 0
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end++
  return [...one.slice(0, one.length - end), ...other.slice(start)].join('\n')
}
