import { parse } from 'csv-parse/sync'
import type { Domain, SplitName } from '../contract/domain'
import type { RejectedFile } from '../contract/records/dataset'
import type { TextPair } from '../contract/text'
import { levelsOfPair } from '../contract/text'
import { grouped, listed, nothingImported, suggestName } from './describe'
import type { InputFile } from './importers/inputFile'
import { readStart, rejectionReason } from './importers/inputFile'
import { readText } from './importers/text'
import type { PreparedExample, Source } from './source'
import { settleOptions } from './sourceInput'
import type { TextFile, TextInput } from './textSource'
import { UserError } from './userError'

/** Levels are stored in a byte, and one stands for the end. */
const MOST_CHARACTERS = 255
/** Attention weighs every pair of characters. */
const LONGEST_SIDE = 1023
/** First cells of a header line. */
const HEADERS = /^(source|src|input|from|question|x)$/i

export interface ReadPair extends TextPair {
  name: string
  split: SplitName | null
}

/** Whether a file may be a list of pairs. */
export const isPairsName = (name: string): boolean => /\.(tsv|csv)$/i.test(name)

/** Lines that tell a list of pairs from a table of numbers. */
const FIRST_LINES = 20

/** Whether files are lists of two columns of words: no cell of their first lines is a number, which each value of a table is. */
export async function arePairs(files: readonly InputFile[]): Promise<boolean> {
  for (const file of files) {
    if (!isPairsName(file.name)) return false
    const start = (await readStart(file, 1 << 16)).toString('utf8')
    const lines = start.split(/\r?\n/)
    // The last one may be cut off.
    const whole = lines.slice(0, Math.max(1, lines.length - 1)).filter((line) => line !== '').slice(0, FIRST_LINES)
    let rows: string[][]
    try {
      rows = cellsOf(whole.join('\n'), /\.tsv$/i.test(file.name))
    } catch {
      return false
    }
    if (rows.length < 2 || !rows.every((row) => row.length === 2 && row.every((cell) => /\p{L}/u.test(cell)))) return false
  }
  return files.length > 0
}

/** A source of pairs: files of two columns, the source and the target. Pairs of one source stay in one split. */
export function pairsSource(input: TextInput, files: readonly TextFile[], rejected: RejectedFile[]): Source {
  const pairs = files.flatMap((file) => readPairs(file, rejected))
  if (pairs.length === 0) throw nothingImported(rejected)
  const found = new Set(pairs.flatMap(({ split }) => split ?? []))
  const { options, splitsFound } = settleOptions(input.settings, found, { kind: 'text', textUnit: 'characters' })
  const domain = pairsDomain(pairs)
  const { alphabet = [], source: size = 0 } = domain.text ?? {}
  const groups = new Map<string, number>()
  const example = ({ name, split, source, target }: ReadPair): PreparedExample => {
    const group = groups.get(source) ?? groups.size
    groups.set(source, group)
    return { name, split: options.split === 'given' ? split : null, label: null, group, values: levelsOfPair({ source, target }, domain) }
  }
  const longest = { source: size - 1, target: domain.shape[0]! - size - 1 }
  return {
    recognised: [
      `${grouped(pairs.length)} pairs of characters`,
      `sources of up to ${grouped(longest.source)}`,
      `targets of up to ${grouped(longest.target)}`,
      `${alphabet.length - 1} different characters and the end`,
      ...(splitsFound.length > 0 ? [`${listed(splitsFound)} named`] : []),
    ].join(', '),
    options, domain, files: files.length, examples: pairs.length, estimated: false, splitsFound, labelNames: null,
    suggestedName: suggestName(input.paths),
    variant: pairsVariant(domain),
    sources: files.map(({ name }) => name),
    rejected,
    read: async function* ({ signal }) {
      for (const [index, pair] of pairs.entries()) {
        if (index % 1024 === 0) signal?.throwIfAborted()
        yield example(pair)
      }
    },
    preview: async (count) => pairs.slice(0, count).map(example),
    close: input.scratch.remove,
  }
}

/** The domain of some pairs: one alphabet for both sides, with room for the longest of each and an end. */
export function pairsDomain(pairs: readonly TextPair[]): Domain {
  const seen = new Set<string>()
  const longest = { source: 0, target: 0 }
  for (const pair of pairs)
    for (const side of ['source', 'target'] as const) {
      let length = 0
      for (const character of pair[side]) {
        seen.add(character)
        length += 1
      }
      longest[side] = Math.max(longest[side], length)
    }
  if (seen.size > MOST_CHARACTERS)
    throw new UserError(`The pairs have ${grouped(seen.size)} different characters; at most ${MOST_CHARACTERS} can be levels.`, { field: 'paths', mend: 'Write them with fewer.' })
  const alphabet = ['', ...[...seen].sort((one, other) => one.codePointAt(0)! - other.codePointAt(0)!)]
  const source = longest.source + 1
  return {
    kind: 'text', shape: [source + longest.target + 1], levels: Math.max(3, alphabet.length), variableLength: false, encoding: 'linear',
    text: { unit: 'characters', alphabet, source },
  }
}

export const pairsVariant = ({ text }: Pick<Domain, 'text'>): string => `pairs of characters (${(text?.alphabet?.length ?? 1) - 1} different), p(target | source)`

function readPairs(file: TextFile, rejected: RejectedFile[]): ReadPair[] {
  let rows: string[][]
  try {
    rows = cellsOf(readText(file.bytes).text, /\.tsv$/i.test(file.name))
  } catch (error) {
    rejected.push({ file: file.name, reason: error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_') ? `not a table: ${error.message}` : rejectionReason(error) })
    return []
  }
  const header = rows[0]?.length === 2 && HEADERS.test(rows[0][0]!.trim()) ? 1 : 0
  return rows.flatMap((row, index): ReadPair[] => {
    if (index < header) return []
    const [source = '', target = ''] = row
    const reason = faultOf(row, source, target)
    if (reason === null) return [{ name: `${file.name}, pair ${index + 1 - header}`, split: file.split, source, target }]
    rejected.push({ file: `${file.name}, line ${index + 1}`, reason })
    return []
  })
}

function faultOf(row: readonly string[], source: string, target: string): string | null {
  if (row.length !== 2) return `it has ${row.length} ${row.length === 1 ? 'column' : 'columns'} where a pair has two, the source and the target`
  if (source === '' || target === '') return `its ${source === '' ? 'source' : 'target'} is empty`
  const longest = Math.max([...source].length, [...target].length)
  return longest > LONGEST_SIDE ? `${grouped(longest)} characters; a source or target has at most ${grouped(LONGEST_SIDE)}` : null
}

/** Tabs divide the columns of .tsv, where quotes mean nothing; commas or semicolons those of .csv (RFC 4180). */
function cellsOf(text: string, tabs: boolean): string[][] {
  if (tabs)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
  const first = text.slice(0, text.indexOf('\n') >>> 0)
  const delimiter = !first.includes(',') && first.includes(';') ? ';' : ','
  return parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true }) as string[][]
}
