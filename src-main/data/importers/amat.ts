import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'
import { notThis } from './fileType'
import type { MatrixPart } from './matrix'
import { isSquareImage } from './squareImage'
import { splitOfPath } from './splitNames'
import { estimateRows, firstLines, textRows, unpackedBytes, unpacksWhole } from './textMatrix'

/**
 * .amat (Larochelle): a text matrix, one example a line, blanks between. A last column beyond a square image (785 = 28 × 28 + 1) is
 * the class, as in the rotated MNIST sets.
 */
export async function amatPart(file: InputFile): Promise<MatrixPart> {
  const { lines, lineBytes } = await firstLines(file)
  const first = lines.find((line) => line.trim() !== '')
  if (first === undefined) throw new RejectedFileError('the file is empty')
  const columns = first.trim().split(/[\s,;]+/)
  if (columns.some((value) => Number.isNaN(Number(value)))) throw new RejectedFileError(notThis('a text matrix', file.name, Buffer.from(first, 'latin1')))
  const part: MatrixPart = {
    name: file.name, file: file.name, format: 'amat', split: splitOfPath(file.name), shape: [columns.length], layout: 'rows',
    ...estimateRows(lineBytes, 0, await unpackedBytes(file)),
    looksWhole: () => unpacksWhole(file),
    rows: (signal) => textRows(file, columns.length, 0, signal),
  }
  const label = columns[columns.length - 1]!
  if (!isSquareImage(columns.length) && isSquareImage(columns.length - 1) && Number.isInteger(Number(label))) part.labelColumn = columns.length - 1
  return part
}
