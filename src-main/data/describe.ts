import { basename, dirname, resolve } from 'node:path'
import type { Domain, SplitName } from '../contract/domain'
import { splitNames } from '../contract/domain'
import type { RejectedFile } from '../contract/records/dataset'
import { splitOfName } from './importers/splitNames'
import { UserError } from './userError'

/** 60000 -> '60,000' */
export function grouped(count: number): string {
  return count.toLocaleString('en')
}

/** 'train, valid and test' */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}

export function splitsListed(found: Iterable<SplitName>): SplitName[] {
  const present = new Set(found)
  return splitNames.filter((split) => present.has(split))
}

/** How the examples were prepared: the words that stand beside every NLL. */
export function describeVariant(domain: Domain, given: { levels: number; levelsNote: string | null; notes: string[] }): string {
  const pictures = domain.kind === 'image' || domain.kind === 'video'
  const channels = domain.shape[domain.kind === 'video' ? 3 : 2] === 3 ? 'RGB ' : pictures ? 'grey ' : ''
  const levels = given.levelsNote
    ?? (given.levels === 2 && domain.levels === 2 ? (pictures ? 'fixed binarisation, as given' : 'binary, as given') : `${domain.levels} ${channels}levels`)
  return [levels, ...given.notes].join(', ')
}

/** A name for the data set from what was dropped: without endings and words that name a split. */
export function suggestName(paths: string[]): string {
  const names = paths.map((path) => basename(resolve(path)))
  const prefix = names.reduce((common, name) => {
    let length = 0
    while (length < common.length && common[length] === name[length]) length += 1
    return common.slice(0, length)
  })
  const plain = (name: string) =>
    name
      .replace(/\.(tar\.gz|tgz|tar|zip|gz)$/i, '')
      .replace(/\.(npz|npy|amat|mat|csv|tsv|bin|wav|png|jpe?g|gif|bmp|tiff?|webp|txt|text|md)$/i, '')
      .split(/(?<=[-_. ])|(?=[-_. ])/)
      .filter((word) => splitOfName(word) === null && !/^(images?|labels?|idx\d|ubyte|data)$/i.test(word))
      .join('')
      .replace(/[-_. ]{2,}/g, '_')
      .replace(/^[-_. ]+|[-_. ]+$/g, '')
  // A prefix that ends inside a word ('mnist_t' of 'mnist_train' and 'mnist_test') loses that part of it.
  const wholeWords = names.some((name) => /[a-z]/i.test(name[prefix.length] ?? '')) ? prefix.replace(/[a-z]+$/i, '') : prefix
  const suggested = plain(names.length === 1 ? names[0]! : wholeWords)
  return (suggested.length >= (names.length === 1 ? 1 : 3) ? suggested : basename(dirname(resolve(paths[0]!))) || 'data').slice(0, 80)
}

/** The error of an import from which nothing is left, with the first reasons. */
export function nothingImported(rejected: readonly RejectedFile[]): UserError {
  const reasons = rejected.slice(0, 3).map(({ file, reason }) => `${file}: ${reason}`)
  return new UserError(`Nothing could be imported. ${reasons.join('; ')}${rejected.length > 3 ? `; and ${grouped(rejected.length - 3)} more` : ''}.`, { field: 'paths' })
}
