import type { Domain, SplitName } from '../contract/domain'
import type { RejectedFile } from '../contract/records/dataset'
import { grouped, listed, nothingImported, suggestName } from './describe'
import { imageTypes, soundTypes, typeByName } from './importers/fileType'
import { RejectedFileError, readWhole, rejectionReason } from './importers/inputFile'
import { splitOfPath } from './importers/splitNames'
import { readText } from './importers/text'
import { walkInputs } from './importers/walk'
import { isPairsName, pairsSource } from './pairsSource'
import type { PreparedExample, Source } from './source'
import type { SourceInput } from './sourceInput'
import { settleOptions } from './sourceInput'
import { patternRule } from './splitRule'
import { splitsInOrder } from './splitsInOrder'
import { piecesOf } from './textPieces'
import { UserError } from './userError'

export const LARGEST_TEXT_FILE = 256 * 1024 ** 2
/** Levels are stored in a byte. */
const MOST_CHARACTERS = 256
export const PIECE_LENGTH = 256
/** One piece at least for each split. */
const FEWEST_PIECES = 3

export interface TextFile {
  name: string
  split: SplitName | null
  bytes: Buffer
}

export type TextInput = Pick<SourceInput, 'paths' | 'settings' | 'scratch' | 'signal'>

/**
 * A source of running text, as characters or bytes, cut into pieces. Splits are taken in the order of the text, the last part for the test:
 * pieces dealt out by chance would let a model be tested between the lines that it has learnt. Files of two columns are pairs.
 */
export async function textSource(input: TextInput): Promise<Source> {
  const rejected: RejectedFile[] = []
  const files = await readFiles(input, rejected)
  if (files.length === 0) throw nothingImported(rejected.length > 0 ? rejected : [{ file: input.paths.join(', '), reason: 'it holds no text' }])
  if (files.every(({ name }) => isPairsName(name))) return pairsSource(input, files, rejected)
  return runningText(input, files, rejected)
}

async function readFiles({ paths, settings, scratch, signal }: TextInput, rejected: RejectedFile[]): Promise<TextFile[]> {
  const patternSplit = patternRule(settings)
  const files: TextFile[] = []
  for await (const file of walkInputs(paths, { scratch: scratch.get, ...(signal ? { signal } : {}), onRejected: (name, reason) => rejected.push({ file: name, reason }) })) {
    signal?.throwIfAborted()
    try {
      const type = typeByName(file.name)
      if (type !== null && (imageTypes.has(type) || soundTypes.has(type))) throw new RejectedFileError('left out: this import is of text; import it on its own')
      const bytes = await readWhole(file, LARGEST_TEXT_FILE)
      if (bytes.length === 0) throw new RejectedFileError('the file is empty')
      files.push({ name: file.name, split: patternSplit(file.name) ?? splitOfPath(file.name), bytes })
    } catch (error) {
      rejected.push({ file: file.name, reason: rejectionReason(error) })
    }
  }
  return files
}

interface ReadFile extends TextFile {
  /** null: taken as bytes. */
  text: string | null
  notes: string[]
}

function readAll(files: readonly TextFile[], asBytes: boolean, rejected: RejectedFile[]): ReadFile[] {
  if (asBytes) return files.map((file) => ({ ...file, text: null, notes: [] }))
  return files.flatMap((file) => {
    try {
      return [{ ...file, ...readText(file.bytes) }]
    } catch (error) {
      rejected.push({ file: file.name, reason: rejectionReason(error) })
      return []
    }
  })
}

function runningText(input: TextInput, given: TextFile[], rejected: RejectedFile[]): Source {
  const { settings } = input
  const read = readAll(given, settings.textUnit === 'bytes', rejected)
  if (read.length === 0) throw nothingImported(rejected)
  const characters = settings.textUnit === 'bytes' ? null : alphabetOf(read.map(({ text }) => text!))
  if (settings.textUnit === 'characters' && characters!.length > MOST_CHARACTERS)
    throw new UserError(`The text has ${grouped(characters!.length)} different characters; at most ${MOST_CHARACTERS} can be levels.`, {
      field: 'textUnit',
      mend: "Import it as bytes (textUnit 'bytes').",
    })
  const alphabet = characters && characters.length <= MOST_CHARACTERS ? characters : null
  const unit = alphabet ? 'characters' : 'bytes'
  const levelsOf = alphabet ? encoder(alphabet) : null
  const cut = { by: settings.pieces ?? 'fixed', length: settings.pieceLength ?? PIECE_LENGTH }
  const pieces = read.flatMap(({ name, split, text, bytes }) => {
    const levels = levelsOf ? levelsOf(text!) : new Uint8Array(bytes)
    return piecesOf(levels, { ...cut, lineEnd: alphabet ? alphabet.indexOf('\n') : 10 }).map((values) => ({ name, split, values }))
  })
  const total = pieces.reduce((sum, { values }) => sum + values.length, 0)
  if (pieces.length < FEWEST_PIECES)
    throw new UserError(`The text has ${grouped(total)} ${unit}, which make ${pieces.length} ${pieces.length === 1 ? 'piece' : 'pieces'} of ${cut.length}: too few for training, validation and test.`, {
      field: 'pieceLength',
      mend: 'Give more text, or a smaller length of the pieces.',
    })
  const found = new Set(pieces.flatMap(({ split }) => split ?? []))
  const { options, splitsFound } = settleOptions(settings, found, { kind: 'text', textUnit: unit, pieces: cut.by, pieceLength: cut.length })
  const { splits, words } = splitsInOrder(pieces, options)
  const longest = pieces.reduce((most, { values }) => Math.max(most, values.length), 1)
  const levels = alphabet ? Math.max(2, alphabet.length) : 256
  const domain: Domain = { kind: 'text', shape: [longest], levels, variableLength: true, encoding: 'linear', text: { unit, ...(alphabet ? { alphabet } : {}) } }
  const cutWords = cut.by === 'lines' ? 'a piece for each line' : `pieces of ${grouped(cut.length)}`
  const tooMany = characters && !alphabet ? [`${grouped(characters.length)} different characters, more than ${MOST_CHARACTERS}, so read as bytes`] : []
  const example = (index: number): PreparedExample => {
    const { name, values } = pieces[index]!
    return { name: `${name}, piece ${index + 1}`, split: splits[index]!, label: null, group: index, values }
  }
  return {
    recognised: [
      `text of ${grouped(total)} ${unit}`,
      ...(read.length > 1 ? [`${grouped(read.length)} files one after the other`] : []),
      ...(alphabet ? [`${alphabet.length} different characters`] : []),
      ...tooMany,
      ...new Set(read.flatMap(({ notes }) => notes)),
      `${grouped(pieces.length)} ${cut.by === 'lines' ? 'lines' : cutWords}`,
      splitsFound.length > 0 && options.split === 'given' ? `${listed(splitsFound)} named` : 'split in the order of the text',
    ].join(', '),
    options, domain, files: read.length, examples: pieces.length, estimated: false, splitsFound, labelNames: null,
    suggestedName: suggestName(input.paths),
    variant: `${unit}${alphabet ? ` (${alphabet.length} different)` : ''}, ${cutWords}; ${words}`,
    settled: true,
    sources: read.map(({ name }) => name),
    rejected,
    read: async function* ({ signal }) {
      for (let index = 0; index < pieces.length; index++) {
        if (index % 1024 === 0) signal?.throwIfAborted()
        yield example(index)
      }
    },
    preview: async (count) => Array.from({ length: Math.min(count, pieces.length) }, (_value, index) => example(index)),
    close: input.scratch.remove,
  }
}

/** All characters (code points) of some texts, in the order of their numbers. */
export function alphabetOf(texts: readonly string[]): string[] {
  const seen = new Set<string>()
  for (const text of texts) for (const character of text) seen.add(character)
  return [...seen].sort((one, other) => one.codePointAt(0)! - other.codePointAt(0)!)
}

/** Text to levels, by the place of each character in the alphabet. */
function encoder(alphabet: readonly string[]): (text: string) => Uint8Array {
  const levelOf = new Map(alphabet.map((character, level) => [character, level]))
  return (text) => {
    const levels = new Uint8Array(text.length)
    let length = 0
    for (const character of text) levels[length++] = levelOf.get(character)!
    return levels.subarray(0, length)
  }
}

