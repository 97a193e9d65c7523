import type { SplitName } from '../contract/domain'
import type { ImportOptions, ImportSettings } from '../contract/records/dataset'
import { hashKey, permutation, streams } from './hashRandom'
import { baseName } from './importers/inputFile'
import { compilePattern } from './labelRule'
import type { StoreWriter } from './storeWriter'
import { UserError } from './userError'

/** Held out of train when the files give no validation split: a sixth, at most 10,000. */
const HELD_OUT_FRACTION = 1 / 6
const HELD_OUT_LARGEST = 10_000

/** The split a user's patterns put a file in; null when none matches. */
export function patternRule(options: Pick<ImportSettings, 'testPattern' | 'validPattern'>): (name: string) => SplitName | null {
  const test = options.testPattern === undefined ? null : compilePattern(options.testPattern, 'testPattern')
  const valid = options.validPattern === undefined ? null : compilePattern(options.validPattern, 'validPattern')
  const matches = (pattern: RegExp | null, name: string) => pattern !== null && (pattern.test(baseName(name)) || pattern.test(name))
  return (name) => (matches(test, name) ? 'test' : matches(valid, name) ? 'valid' : null)
}

/** The rule in force when the user chose none: the files' own split when they have train and another, else 80/10/10. */
export function chosenSplit(options: ImportSettings, found: ReadonlySet<SplitName>): string {
  if (options.split !== undefined) return options.split
  if (options.testPattern !== undefined || options.validPattern !== undefined) return 'given'
  return found.has('train') && found.size > 1 ? 'given' : '80/10/10'
}

/** Refuses 'given' where nothing is given. */
export function checkGiven(options: ImportOptions, found: ReadonlySet<SplitName>): void {
  if (options.split !== 'given' || options.testPattern !== undefined || options.validPattern !== undefined) return
  if (found.size === 0)
    throw new UserError("The files give no split: no name, key or folder says train, valid or test.", { field: 'split', mend: "Give percentages such as '80/10/10', or patterns on file names." })
  if (!found.has('train'))
    throw new UserError(`The files give ${[...found].join(' and ')} but no train split.`, { field: 'split', mend: "Add the training files, or give percentages such as '80/10/10'." })
}

/** The sizes that 'last:TEST' and 'last:VALID/TEST' ask for; null for any other rule. */
function lastOnes(split: string): { valid: number | null; test: number } | null {
  const match = /^last:(?:(\d+)\/)?(\d+)$/.exec(split)
  return match && { valid: match[1] === undefined ? null : Number(match[1]), test: Number(match[2]) }
}

/**
 * Settles the splits of a store in which everything without a given split lies in train: percentages take shuffled groups of
 * exact number, 'last' the end of the files, and where there is still no validation split some is held out. Answers what is to be
 * said about it, or null.
 */
export async function settleSplits(writer: StoreWriter, options: ImportOptions): Promise<string | null> {
  const groups = writer.splits.train.groups.view().slice()
  const distinct = [...new Set(groups)]
  const last = lastOnes(options.split)
  const shuffled = (length: number, stream: number) => permutation(length, hashKey(options.seed, stream))
  const destination = new Map<number, SplitName>()
  const take = (order: ArrayLike<number>, from: number, count: number, split: SplitName) => {
    for (let i = from; i < from + count; i++) destination.set(distinct[order[i]!]!, split)
  }
  /** Holds some of the first so many groups out for validation. */
  const holdOut = (among: number): string => {
    const heldOut = Math.min(HELD_OUT_LARGEST, Math.max(1, Math.round(among * HELD_OUT_FRACTION)))
    take(shuffled(among, streams.holdOut), 0, heldOut, 'valid')
    const examples = groups.reduce((sum, group) => sum + (destination.get(group) === 'valid' ? 1 : 0), 0)
    return `validation: ${examples.toLocaleString('en')} examples held out of train (seed ${options.seed})`
  }
  let said: string | null = null
  if (last) {
    const { valid, test } = last
    const left = distinct.length - test - (valid ?? 0)
    if (left < 2)
      throw new UserError(`The split ${options.split} takes as good as all of the ${distinct.length.toLocaleString('en')} examples.`, { field: 'split', mend: 'Give smaller numbers.' })
    const inOrder = distinct.map((_group, index) => index)
    take(inOrder, distinct.length - test, test, 'test')
    said = `test: the last ${test.toLocaleString('en')}`
    if (valid === null) said = `${said}; ${holdOut(left)}`
    else {
      take(inOrder, left, valid, 'valid')
      said = `${said}, validation: the ${valid.toLocaleString('en')} before them`
    }
  } else if (options.split === 'given') {
    if (writer.counts.valid > 0 || distinct.length < 2) return null
    said = holdOut(distinct.length)
  } else {
    const [train = 0, valid = 0, test = 0] = options.split.split('/').map(Number)
    // A pattern has settled its split already; the rest is divided among the others.
    const shares = { train, valid: options.validPattern === undefined ? valid : 0, test: options.testPattern === undefined ? test : 0 }
    const total = shares.train + shares.valid + shares.test
    if (shares.train <= 0) throw new UserError(`The split ${options.split} leaves nothing to train on.`, { field: 'split' })
    const validGroups = Math.round((distinct.length * shares.valid) / total)
    const testGroups = Math.min(distinct.length - validGroups, Math.round((distinct.length * shares.test) / total))
    const order = shuffled(distinct.length, streams.splits)
    take(order, 0, validGroups, 'valid')
    take(order, validGroups, testGroups, 'test')
  }
  if (destination.size > 0) await writer.distribute('train', (index) => destination.get(groups[index]!) ?? 'train')
  return said
}
