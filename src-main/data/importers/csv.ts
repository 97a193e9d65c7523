import { parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import { gunzipIfPacked } from './gzip'
import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'
import type { MatrixPart, RowBatch } from './matrix'
import { isSquareImage } from './squareImage'
import { splitOfPath } from './splitNames'
import { estimateRows, firstLines, textRows, unpackedBytes, unpacksWhole } from './textMatrix'

const labelColumnName = /^(label|labels|class|target|y|digit|category)$/i

/**
 * Tables of whole numbers, with a header line or without, separated by commas, semicolons or tabs. The class is the column named
 * label, class, target, y, digit or category (or `labelColumn`); without a header the first or last column when the others make a
 * square image, as in the CSV versions of MNIST; else the one column of text. Only that column may hold text.
 */
export async function csvPart(file: InputFile, labelColumn?: string): Promise<MatrixPart> {
  const { lines, lineBytes } = await firstLines(file)
  const text = lines.filter((line) => line.trim() !== '')
  if (text.length === 0) throw new RejectedFileError('the file is empty')
  const delimiter = [',', ';', '\t'].find((candidate) => text[0]!.includes(candidate)) ?? ','
  const cells = (line: string) => (parseNow(line, { delimiter, relax_quotes: true, trim: true }) as string[][])[0] ?? []
  const first = cells(text[0]!)
  const header = first.some((cell) => Number.isNaN(Number(cell)) || cell === '') && (text.length === 1 || first.every((cell) => cell === '' || Number.isNaN(Number(cell)) || labelColumnName.test(first[0]!)))
  const row = header ? (text[1] === undefined ? null : cells(text[1])) : first
  if (!row) throw new RejectedFileError('a header line and no rows')
  const columns = row.length
  const isText = (cell: string) => cell === '' || Number.isNaN(Number(cell))
  const textColumns = row.flatMap((cell, column) => (isText(cell) ? [column] : []))
  const label = findLabelColumn(header ? first : null, columns, labelColumn) ?? (textColumns.length === 1 ? textColumns[0]! : null)
  const skipLines = header ? lines.indexOf(text[0]!) + 1 : 0
  const part: MatrixPart = {
    name: file.name, file: file.name, format: 'CSV', split: splitOfPath(file.name), shape: [columns], layout: 'rows',
    ...estimateRows(lineBytes, skipLines, await unpackedBytes(file)),
    looksWhole: () => unpacksWhole(file),
    rows: (signal) => textRows(file, columns, skipLines, signal),
  }
  if (label !== null) part.labelColumn = label
  const textual = textColumns.find((column) => column !== label)
  if (textual !== undefined) {
    const name = header ? `column '${first[textual]}'` : `column ${textual + 1}`
    throw new RejectedFileError(`${name} holds '${row[textual]}'; only whole numbers 0…255 can be imported, besides a class column`)
  }
  if (label !== null && textColumns.includes(label)) {
    const classNames: string[] = []
    part.classNames = classNames
    part.rows = (signal) => labelledRows(file, { columns, label, skipLines, delimiter, classNames }, signal)
  }
  return part
}

function findLabelColumn(header: string[] | null, columns: number, wanted?: string): number | null {
  if (wanted !== undefined) {
    const found = header?.indexOf(wanted) ?? -1
    if (found < 0) throw new RejectedFileError(`no column '${wanted}' to take the classes from`)
    return found
  }
  const named = header?.findIndex((name) => labelColumnName.test(name)) ?? -1
  if (named >= 0) return named
  if (!header && !isSquareImage(columns) && isSquareImage(columns - 1)) return 0
  return null
}

/** Rows whose class is text; classes are numbered as they appear. */
async function* labelledRows(
  file: InputFile,
  table: { columns: number; label: number; skipLines: number; delimiter: string; classNames: string[] },
  signal?: AbortSignal,
): AsyncGenerator<RowBatch> {
  const source = await gunzipIfPacked(await file.stream())
  const parser = source.pipe(parse({ delimiter: table.delimiter, from_line: table.skipLines + 1, relax_column_count: true, relax_quotes: true, trim: true, skip_empty_lines: true, max_record_size: 16 * 1024 * 1024 }))
  source.on('error', (error) => parser.destroy(error))
  const numbers = new Map(table.classNames.map((name, index) => [name, index]))
  let rows: number[] = []
  let count = 0
  let line = table.skipLines
  for await (const record of parser as AsyncIterable<string[]>) {
    line += 1
    if (record.length !== table.columns) throw new RejectedFileError(`row ${line} has ${record.length} values where ${table.columns} are expected`)
    record.forEach((cell, column) => {
      if (column === table.label) {
        let index = numbers.get(cell)
        if (index === undefined) {
          index = numbers.size
          numbers.set(cell, index)
          table.classNames.push(cell)
        }
        rows.push(index)
        return
      }
      const value = Number(cell)
      if (cell === '' || Number.isNaN(value)) throw new RejectedFileError(`row ${line}, column ${column + 1}: '${cell}' is not a number`)
      rows.push(value)
    })
    count += 1
    if (count === 1000) {
      signal?.throwIfAborted()
      yield { values: Float64Array.from(rows), count }
      rows = []
      count = 0
    }
  }
  if (count > 0) yield { values: Float64Array.from(rows), count }
}
