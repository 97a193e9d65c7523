import type { SplitName } from '../../contract/domain'

export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** Consecutive examples of a table, [count × D]. */
export interface RowBatch {
  values: NumberArray
  count: number
}

/** Class number of each example, in the file's own terms. */
export type Labels = ArrayLike<number>

/** One table of examples: a file, or an array inside one. It can be read more than once. */
export interface MatrixPart {
  /** 'train-images-idx3-ubyte.gz', 'binarized_mnist.npz: train'. */
  name: string
  /** The file it lies in, for messages about the whole of it. */
  file: string
  format: string
  /** The split its name tells. */
  split: SplitName | null
  /** Shape of one example as stored: [height, width], [height, width, channels], [channels, height, width] or [dimensions]. */
  shape: number[]
  layout: 'rows' | 'channels-last' | 'channels-first'
  /** Number of examples; null when only reading tells. */
  count: number | null
  /** An estimate for the plan where `count` is null. */
  estimatedCount?: number
  /** MATLAB: square images are stored column by column. */
  columnMajor?: boolean
  /** The column that holds the class, among those of `shape`. */
  labelColumn?: number
  labels?: Labels
  labelsName?: string
  /** Names of the classes; a label is an index into it, from 0 or from 1. Read them after the rows: some tables find them there. */
  classNames?: string[]
  /** A cheap look whether the file goes to its end, for the plan; when it does not, reading it all tells what is missing. Absent: known already. */
  looksWhole?(): Promise<boolean>
  /** Examples in order. Throws RejectedFileError when the file turns out damaged. */
  rows(signal?: AbortSignal): AsyncGenerator<RowBatch>
}

export function valuesPerRow(part: Pick<MatrixPart, 'shape'>): number {
  return part.shape.reduce((product, size) => product * size, 1)
}

/** Cuts a stream of bytes into batches of whole rows; the last chunk must end with one. Answers how many rows came. */
export async function* wholeRows(chunks: AsyncIterable<Buffer>, rowBytes: number): AsyncGenerator<{ bytes: Buffer; count: number }, number> {
  let rest: Buffer = Buffer.alloc(0)
  let rows = 0
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const count = Math.floor(bytes.length / rowBytes)
    if (count > 0) yield { bytes: bytes.subarray(0, count * rowBytes), count }
    rows += count
    // Copied, since the source may reuse its chunk.
    rest = Buffer.from(bytes.subarray(count * rowBytes))
  }
  return rows
}
