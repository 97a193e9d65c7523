import { expect, test } from 'vitest'
import { mergedNotes } from './mergedNotes'

test.each([
  ['', 'mine', 'mine'],
  ['theirs', 'mine', 'theirs\nmine'],
  ['same', 'same', 'same'],
  ['first\ntheirs', 'first\nmine', 'first\ntheirs\nmine'],
  ['first\ntheirs\nlast', 'first\nmine\nlast', 'first\ntheirs\nmine\nlast'],
  ['first\nlast', 'first\nmine\nlast', 'first\nmine\nlast'],
  ['a\na', 'a', 'a\na'],
])('%j and %j', (theirs, mine, both) => {
  expect(mergedNotes(theirs, mine)).toBe(both)
})
