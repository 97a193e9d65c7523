import type { SplitName } from '../contract/domain'
import type { ImportOptions } from '../contract/records/dataset'
import { grouped } from './describe'
import { UserError } from './userError'

/** Of the pieces that nothing gives a split, the share held out for validation where only a test split is given. */
const HELD_OUT = 0.1

interface OrderedSplits {
  splits: SplitName[]
  /** What is to be said of it, quoted with every NLL. */
  words: string
}

/**
 * Splits of examples that must stay in their order: percentages and 'last' take the end for the test and what comes before it for validation.
 * A split that a file's name or a pattern gives stays where the rule is 'given', and with patterns always.
 */
export function splitsInOrder(
  examples: readonly { split: SplitName | null }[],
  options: Pick<ImportOptions, 'split' | 'testPattern' | 'validPattern'>,
): OrderedSplits {
  const patterns = options.testPattern !== undefined || options.validPattern !== undefined
  const keeps = options.split === 'given' || patterns
  const splits = examples.map(({ split }): SplitName => (keeps ? (split ?? 'train') : 'train'))
  const free = splits.flatMap((split, index) => (split === 'train' ? [index] : []))
  const has = (split: SplitName): boolean => splits.includes(split)
  const { valid, test } = held(free.length, options.split, { valid: !has('valid'), test: !has('test') })
  if (free.length - valid - test < 1)
    throw new UserError(`The split ${options.split} leaves none of the ${grouped(free.length)} pieces to train on.`, { field: 'split', mend: 'Choose another split.' })
  free.slice(free.length - test).forEach((index) => (splits[index] = 'test'))
  free.slice(free.length - test - valid, free.length - test).forEach((index) => (splits[index] = 'valid'))
  const said = [...(test > 0 ? [`test: the last ${grouped(test)} pieces`] : []), ...(valid > 0 ? [`validation: the ${grouped(valid)} before them`] : [])]
  return { splits, words: said.length > 0 ? said.join(', ') : 'split as given' }
}

/** How many are to be taken from the end for each of the splits that are wanted. */
function held(count: number, rule: string, wanted: { valid: boolean; test: boolean }): { valid: number; test: number } {
  const atLeastOne = (share: number): number => (share > 0 ? Math.max(1, Math.round(count * share)) : 0)
  const last = /^last:(?:(\d+)\/)?(\d+)$/.exec(rule)
  if (last) {
    const test = wanted.test ? Number(last[2]) : 0
    return { test, valid: !wanted.valid ? 0 : last[1] === undefined ? atLeastOne(Math.max(0, count - test) * HELD_OUT / count) : Number(last[1]) }
  }
  if (rule === 'given') return { test: 0, valid: wanted.valid && count > 1 ? atLeastOne(HELD_OUT) : 0 }
  const [train = 0, valid = 0, test = 0] = rule.split('/').map(Number)
  const total = train + (wanted.valid ? valid : 0) + (wanted.test ? test : 0)
  if (train <= 0) throw new UserError(`The split ${rule} leaves nothing to train on.`, { field: 'split' })
  return { valid: wanted.valid ? atLeastOne(valid / total) : 0, test: wanted.test ? atLeastOne(test / total) : 0 }
}
