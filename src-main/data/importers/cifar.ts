import type { InputFile } from './inputFile'
import { baseName, RejectedFileError } from './inputFile'
import { gunzipIfPacked } from './gzip'
import type { MatrixPart, RowBatch } from './matrix'
import { wholeRows } from './matrix'
import { splitOfPath } from './splitNames'

const PIXELS = 3072
const cifar10Classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

/**
 * CIFAR binary batches (Krizhevsky 2009): per image the class (CIFAR-100: coarse class, fine class), then 32 × 32 red, green and blue
 * values plane by plane. data_batch_1 … 5 are train. The fine class is used.
 */
export async function cifarPart(file: InputFile): Promise<MatrixPart> {
  const size = file.size ?? 0
  const fits = (header: number) => size > 0 && size % (PIXELS + header) === 0
  const cifar100 = fits(2) && (!fits(1) || /^(train|test)\.bin/i.test(baseName(file.name)))
  const header = cifar100 ? 2 : 1
  if (!fits(header)) throw new RejectedFileError(`${size} bytes are no whole number of CIFAR images (3073 or 3074 bytes each): truncated, or another kind of file`)
  const count = size / (PIXELS + header)
  const labels = new Uint8Array(count)
  let read = 0
  for await (const { values, count: rows } of batchRows(file, header)) for (let row = 0; row < rows; row++) labels[read++] = values[row * (PIXELS + header) + header - 1]!
  if (!cifar100 && labels.some((label) => label > 9)) throw new RejectedFileError('not a CIFAR-10 batch (classes beyond 9)')
  return {
    name: file.name, file: file.name, format: cifar100 ? 'CIFAR-100' : 'CIFAR-10',
    split: /data_batch/i.test(baseName(file.name)) ? 'train' : splitOfPath(file.name),
    count, shape: [3, 32, 32], layout: 'channels-first', labels, labelsName: file.name,
    ...(cifar100 ? {} : { classNames: cifar10Classes }),
    rows: async function* (signal) {
      for await (const { values, count: rows } of batchRows(file, header, signal)) {
        const pixels = new Uint8Array(rows * PIXELS)
        for (let row = 0; row < rows; row++) {
          const start = row * (PIXELS + header) + header
          pixels.set((values as Uint8Array).subarray(start, start + PIXELS), row * PIXELS)
        }
        yield { values: pixels, count: rows }
      }
    },
  }
}

async function* batchRows(file: InputFile, header: number, signal?: AbortSignal): AsyncGenerator<RowBatch> {
  const source = await gunzipIfPacked(await file.stream())
  try {
    for await (const { bytes, count } of wholeRows(source as AsyncIterable<Buffer>, PIXELS + header)) {
      signal?.throwIfAborted()
      yield { values: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), count }
    }
  } finally {
    source.destroy()
  }
}
