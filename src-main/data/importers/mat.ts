import type { InputFile } from './inputFile'
import { readWhole, RejectedFileError } from './inputFile'
import type { MatrixPart } from './matrix'
import type { MatArray } from './matFile'
import { readMatFile } from './matFile'
import { fortranRows } from './npy'
import { isSquareImage } from './squareImage'
import { splitOfName, splitOfPath } from './splitNames'

const LARGEST_FILE = 1 << 30

const isLabel = (name: string) => /label|target|class|^y$|^y_|_y$/i.test(name)
const isVector = ({ dimensions }: MatArray) => dimensions.length === 2 && Math.min(...dimensions) === 1

/**
 * MATLAB 5 matrices of examples in rows: train_data, val_data, test_data with train_labels …, or X alone. Rows of square length
 * are images, and since MATLAB stores a matrix column by column, X(i,:) = image(:) holds it column-major: they are turned upright.
 */
export async function matParts(file: InputFile): Promise<{ parts: MatrixPart[]; ignored: string[] }> {
  const arrays = readMatFile(await readWhole(file, LARGEST_FILE))
  const numeric = arrays.filter((array) => array.values && !isVector(array) && !isLabel(array.name))
  const matrices = numeric.filter(({ dimensions }) => dimensions.length === 2)
  const named = matrices.filter(({ name }) => splitOfName(name) !== null)
  const size = ({ dimensions }: MatArray) => dimensions[0]! * dimensions[1]!
  const used = named.length > 0 ? named.filter(({ dimensions }) => dimensions[1] === named[0]!.dimensions[1]) : matrices.sort((a, b) => size(b) - size(a)).slice(0, 1)
  if (used.length === 0) throw new RejectedFileError(`no matrix of examples in rows in it (${arrays.map(({ name, dimensions }) => `${name} ${dimensions.join('×')}`).join(', ') || 'no arrays at all'})`)
  const classNames = arrays.find(({ name, text }) => text && text.length > 1 && /class|label|name/i.test(name))?.text
  const parts = used.map((array): MatrixPart => {
    const [count = 0, dimensions = 0] = array.dimensions
    const split = splitOfName(array.name) ?? splitOfPath(file.name)
    const labels = arrays.find((other) => other.values && isVector(other) && isLabel(other.name) && splitOfName(other.name) === splitOfName(array.name))
    const { values } = array
    return {
      name: `${file.name}: ${array.name}`, file: file.name, format: 'MATLAB', split, count, shape: [dimensions], layout: 'rows', columnMajor: isSquareImage(dimensions),
      ...(labels ? { labels: labels.values!, labelsName: `${file.name}: ${labels.name}`, ...(classNames ? { classNames } : {}) } : {}),
      rows: async function* (signal) {
        for (const batch of fortranRows(values!, [count, dimensions])) {
          signal?.throwIfAborted()
          yield batch
        }
      },
    }
  })
  const mentioned = new Set([...used.map(({ name }) => name), ...parts.map((part) => part.labelsName?.slice(file.name.length + 2))])
  return { parts, ignored: arrays.filter((array) => array.values && !mentioned.has(array.name)).map(({ name }) => name) }
}
