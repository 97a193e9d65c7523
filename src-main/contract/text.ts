import type { Domain } from './domain'
import { dimensionsOf } from './domain'

/** Text that the data has no levels for; the message is for people. */
export class TextError extends Error {
  override readonly name = 'TextError'
}

type TextDomain = Pick<Domain, 'text' | 'levels' | 'shape'>

/** Level 0 of pairs: what follows the last character of a source or target. */
export const END = 0

export const isPairs = (domain: Pick<Domain, 'text'>): boolean => domain.text?.source !== undefined

/** The text that levels stand for. Bytes that are no UTF-8 become U+FFFD, which stays out of what is exported. */
export function textOf(levels: ArrayLike<number>, domain: Pick<Domain, 'text'>): string {
  const { alphabet } = domain.text ?? {}
  if (!alphabet) return new TextDecoder().decode(Uint8Array.from(levels))
  let text = ''
  for (let index = 0; index < levels.length; index++) text += alphabet[levels[index]!] ?? ''
  return text
}

/** How each level is shown by itself: a character, or a byte that is none in hexadecimal; line ends as ⏎. */
export function characterOf(level: number, domain: Pick<Domain, 'text'>): string {
  const { alphabet } = domain.text ?? {}
  const character = alphabet ? (alphabet[level] ?? '') : level < 128 ? String.fromCharCode(level) : ''
  if (character === '\n') return '⏎'
  if (character === '\t') return '⇥'
  if (character === ' ') return '␣'
  return character === '' || character < ' ' || character === '\x7f' ? (alphabet && level === END ? '∎' : level.toString(16).padStart(2, '0')) : character
}

/** Levels of some text. Throws where the data has no such character. */
export function levelsOfText(text: string, domain: TextDomain): Uint8Array<ArrayBuffer> {
  const { alphabet } = domain.text ?? {}
  if (!alphabet) return new TextEncoder().encode(text)
  const known = new Map(alphabet.map((character, level) => [character, level]))
  return Uint8Array.from(text, (character) => {
    const level = known.get(character)
    if (level === undefined)
      throw new TextError(`The data has no character ${JSON.stringify(character)}. Known are: ${alphabet.map((one) => (one === '' ? '' : JSON.stringify(one).slice(1, -1))).join(' ').trim().slice(0, 300)}`)
    return level
  })
}

export interface TextPair {
  source: string
  target: string
}

/** Source and target of one pair, without their ends. */
export function pairOf(levels: ArrayLike<number>, domain: Pick<Domain, 'text'>): TextPair {
  const size = domain.text?.source ?? 0
  const all = Array.from(levels)
  return { source: textOf(beforeEnd(all.slice(0, size)), domain), target: textOf(beforeEnd(all.slice(size)), domain) }
}

function beforeEnd(levels: number[]): number[] {
  const end = levels.indexOf(END)
  return end < 0 ? levels : levels.slice(0, end)
}

/** The levels [S + T] of a source, and of the target where there is one; ends fill up both. */
export function levelsOfPair({ source, target }: { source: string; target?: string }, domain: TextDomain): Uint8Array<ArrayBuffer> {
  const size = domain.text?.source ?? 0
  const levels = new Uint8Array(dimensionsOf(domain))
  const place = (text: string, at: number, room: number, what: string): void => {
    const own = levelsOfText(text, domain)
    if (own.length === 0) throw new TextError(`The ${what} is empty. Give at least one character.`)
    if (own.length > room - 1) throw new TextError(`The ${what} has ${own.length} characters; the longest of the data has ${room - 1}. Give a shorter one.`)
    levels.set(own, at)
  }
  place(source, 0, size, 'source')
  if (target !== undefined) place(target, size, levels.length - size, 'target')
  return levels
}

/** Characters of a pair's target with its end: what its likelihood is made of. */
export function scoredCharacters(levels: ArrayLike<number>, domain: Pick<Domain, 'text'>): number {
  let at = domain.text?.source ?? 0
  const first = at
  while (at < levels.length && levels[at] !== END) at += 1
  return Math.min(levels.length, at + 1) - first
}

/** Whether two data sets write the same text with the same levels. */
export function sameText(one: Pick<Domain, 'text'>, other: Pick<Domain, 'text'>): boolean {
  return one.text?.unit === other.text?.unit && one.text?.source === other.text?.source && (one.text?.alphabet ?? []).join('\0') === (other.text?.alphabet ?? []).join('\0')
}
