import { inflateSync } from 'node:zlib'
import { RejectedFileError } from './inputFile'
import type { NumberArray } from './matrix'

/**
 * MATLAB 5 (and 6, 7: `save -v7`) files: after a header of 128 bytes come tagged elements, each a matrix, which version 7 compresses
 * with zlib. A matrix is a sequence of elements of its own: flags, dimensions, name, values in column-major order.
 * MathWorks, "MAT-File Format", 2019.
 */
export interface MatArray {
  name: string
  dimensions: number[]
  /** Column-major; null for text and cells. */
  values: NumberArray | null
  /** Text of a char array, row by row, or of each cell of a cell array that holds text. */
  text: string[] | null
}

const COMPRESSED = 15
const MATRIX = 14
const CELL_CLASS = 1
const CHAR_CLASS = 4
const LARGEST_ELEMENT = 1 << 30

interface Element {
  type: number
  data: Buffer
  next: number
}

/** All numeric, text and cell-of-text arrays of a file. */
export function readMatFile(bytes: Buffer): MatArray[] {
  if (bytes.toString('latin1', 0, 10) === 'MATLAB 7.3' || bytes.toString('latin1', 1, 4) === 'HDF') throw new RejectedFileError('a MATLAB 7.3 file (HDF5); save it with -v7')
  if (bytes.length < 128 || bytes.toString('latin1', 0, 8) !== 'MATLAB 5') throw new RejectedFileError('not a MATLAB 5 file')
  const endian = bytes.toString('latin1', 126, 128)
  if (endian === 'MI') throw new RejectedFileError('a MATLAB file of a big-endian machine; save it again on a common one')
  if (endian !== 'IM') throw new RejectedFileError('damaged MATLAB file (the header cannot be read)')
  const arrays: MatArray[] = []
  for (let at = 128; at < bytes.length; ) {
    const element = readElement(bytes, at, false)
    at = element.next
    const matrix = element.type === COMPRESSED ? readElement(inflate(element.data), 0, false) : element
    if (matrix.type !== MATRIX) continue
    const array = readMatrix(matrix.data)
    if (array) arrays.push(array)
  }
  return arrays
}

function inflate(data: Buffer): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: LARGEST_ELEMENT })
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    throw new RejectedFileError(tooLarge ? 'an array of more than 1 GB; save it in parts, or as .npy' : 'damaged MATLAB file (compressed data)', { cause })
  }
}

/** Elements of up to 4 bytes may be packed into their tag; others are padded to 8 bytes (compressed ones are not). */
function readElement(bytes: Buffer, at: number, padded = true): Element {
  if (at + 8 > bytes.length) throw new RejectedFileError('the MATLAB file ends early: truncated')
  const word = bytes.readUInt32LE(at)
  if (word >>> 16 !== 0) {
    const size = word >>> 16
    if (size > 4) throw new RejectedFileError('damaged MATLAB file (an element of impossible size)')
    return { type: word & 0xffff, data: bytes.subarray(at + 4, at + 4 + size), next: at + 8 }
  }
  const size = bytes.readUInt32LE(at + 4)
  const start = at + 8
  if (start + size > bytes.length) throw new RejectedFileError('the MATLAB file ends early: truncated')
  return { type: word, data: bytes.subarray(start, start + size), next: start + (padded || word !== COMPRESSED ? Math.ceil(size / 8) * 8 : size) }
}

function readMatrix(data: Buffer): MatArray | null {
  const flags = readElement(data, 0)
  const dimensionsElement = readElement(data, flags.next)
  const nameElement = readElement(data, dimensionsElement.next)
  const arrayClass = flags.data[0]!
  const dimensions = Array.from(numbersOf(dimensionsElement))
  const name = nameElement.data.toString('latin1')
  const total = dimensions.reduce((product, extent) => product * extent, 1)
  if (dimensions.length < 2 || dimensions.some((extent) => extent < 0)) throw new RejectedFileError('damaged MATLAB file (array dimensions)')
  if (arrayClass === CELL_CLASS) {
    const text: string[] = []
    for (let at = nameElement.next, cell = 0; cell < total; cell++) {
      const element = readElement(data, at)
      at = element.next
      text.push(element.type === MATRIX ? readMatrix(element.data)?.text?.join('') ?? '' : '')
    }
    return { name, dimensions, values: null, text }
  }
  if (arrayClass < CHAR_CLASS || arrayClass > 15 || arrayClass === 5) return null
  if (total === 0) return arrayClass === CHAR_CLASS ? { name, dimensions, values: null, text: [] } : null
  const valuesElement = readElement(data, nameElement.next)
  const values = numbersOf(valuesElement)
  if (values.length < total) throw new RejectedFileError('the MATLAB file ends early: truncated')
  if (arrayClass === CHAR_CLASS) {
    const [rows = 0, columns = 0] = dimensions
    return { name, dimensions, values: null, text: Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => String.fromCharCode(values[column * rows + row]!)).join('').trimEnd()) }
  }
  return { name, dimensions, values, text: null }
}

/** The numbers of an element, in whatever type they are stored. */
function numbersOf({ type, data }: Element): NumberArray {
  const copy = (size: number) => {
    const aligned = new Uint8Array(data.length - (data.length % size))
    aligned.set(data.subarray(0, aligned.length))
    return aligned.buffer
  }
  switch (type) {
    case 1: return new Int8Array(data.buffer, data.byteOffset, data.length)
    case 2: case 16: return new Uint8Array(data.buffer, data.byteOffset, data.length)
    case 3: return new Int16Array(copy(2))
    case 4: case 17: return new Uint16Array(copy(2))
    case 5: return new Int32Array(copy(4))
    case 6: return new Uint32Array(copy(4))
    case 7: return new Float32Array(copy(4))
    case 9: return new Float64Array(copy(8))
    case 12: return Float64Array.from(new BigInt64Array(copy(8)), Number)
    case 13: return Float64Array.from(new BigUint64Array(copy(8)), Number)
    default: throw new RejectedFileError(`damaged MATLAB file (values of type ${type})`)
  }
}
