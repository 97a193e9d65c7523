import { open } from 'node:fs/promises'
import { gunzipIfPacked } from './gzip'
import type { InputFile } from './inputFile'
import { RejectedFileError } from './inputFile'
import type { NumberArray, RowBatch } from './matrix'

const LARGEST_LINE = 16 * 1024 * 1024
const LINE_END = 10

/** Text of a file (plain or .gz) in pieces that end with whole lines. */
async function* wholeLines(file: InputFile): AsyncGenerator<Buffer> {
  const source = await gunzipIfPacked(await file.stream())
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(LINE_END)
      if (end < 0) {
        rest = Buffer.concat([rest, chunk])
        if (rest.length > LARGEST_LINE) throw new RejectedFileError('not a text table (a line of more than 16 MB)')
        continue
      }
      yield rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, end + 1)]) : chunk.subarray(0, end + 1)
      rest = Buffer.from(chunk.subarray(end + 1))
    }
    if (rest.length > 0) yield Buffer.concat([rest, Buffer.from('\n')])
  } finally {
    source.destroy()
  }
}

/** The first lines, at most 64 KB or one line. */
export async function firstLines(file: InputFile): Promise<{ lines: string[]; lineBytes: number[] }> {
  for await (const piece of wholeLines(file)) {
    const text = piece.toString('latin1')
    const lines = text.split('\n').slice(0, -1)
    return { lines: lines.map((line) => line.replace(/\r$/, '')), lineBytes: lines.map((line) => line.length + 1) }
  }
  return { lines: [], lineBytes: [] }
}

/**
 * Numbers separated by blanks, tabs, commas or semicolons, one example a line, each of `columns` numbers; blank lines are skipped.
 * Whole numbers 0…255 come as bytes, anything else as floats.
 */
export async function* textRows(file: InputFile, columns: number, skipLines: number, signal?: AbortSignal): AsyncGenerator<RowBatch> {
  let line = 0
  for await (const piece of wholeLines(file)) {
    signal?.throwIfAborted()
    const parsed = parseLines(piece, columns, line, skipLines)
    line = parsed.lines
    if (parsed.batch.count > 0) yield parsed.batch
  }
}

function parseLines(bytes: Buffer, columns: number, linesBefore: number, skipLines: number): { batch: RowBatch; lines: number } {
  let line = linesBefore
  let at = 0
  for (; line < skipLines && at < bytes.length; line++) at = bytes.indexOf(LINE_END, at) + 1
  let values: NumberArray = new Uint8Array((bytes.length >> 1) + 1)
  let used = 0
  let column = 0
  let count = 0
  while (at < bytes.length) {
    const byte = bytes[at]!
    if (byte === LINE_END) {
      line += 1
      at += 1
      if (column === columns) count += 1
      else if (column > 0) throw new RejectedFileError(`line ${line} has ${column} values where ${columns} are expected`)
      column = 0
      continue
    }
    if (byte === 32 || byte === 44 || byte === 13 || byte === 9 || byte === 59 || byte === 34) {
      at += 1
      continue
    }
    const start = at
    let value = 0
    let digit = byte - 48
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      at += 1
      digit = bytes[at]! - 48
    }
    if (!isSeparator(bytes[at]!)) {
      while (!isSeparator(bytes[at]!)) at += 1
      const token = bytes.toString('latin1', start, Math.min(at, start + 40))
      value = Number(token)
      if (Number.isNaN(value)) throw new RejectedFileError(`line ${line + 1}, value ${column + 1}: '${token}' is not a number`)
    }
    if (values instanceof Uint8Array && (value > 255 || value < 0 || !Number.isInteger(value))) values = Float64Array.from(values)
    values[used++] = value
    column += 1
  }
  return { batch: { values: values.subarray(0, count * columns), count }, lines: line }
}

function isSeparator(byte: number): boolean {
  return byte === 32 || byte === LINE_END || byte === 44 || byte === 13 || byte === 9 || byte === 59 || byte === 34
}

/** Bytes of text: the file's size, or what a .gz notes at its end (modulo 4 GB). */
export async function unpackedBytes(file: InputFile): Promise<number | null> {
  if (file.diskPath === null || file.size === null) return null
  const handle = await open(file.diskPath, 'r')
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (buffer[0] !== 0x1f || buffer[1] !== 0x8b) return file.size
    await handle.read(buffer, 0, 4, Math.max(0, file.size - 4))
    return buffer.readUInt32LE(0)
  } finally {
    await handle.close()
  }
}

/** Time that a look for the end of a .gz may take. */
const LOOK_MILLISECONDS = 900

/** Whether a .gz unpacks to its end, as far as that shows within a second; other files are whole as far as one can tell. */
export async function unpacksWhole(file: InputFile): Promise<boolean> {
  if (file.diskPath === null) return true
  const source = await gunzipIfPacked(await file.stream())
  const deadline = performance.now() + LOOK_MILLISECONDS
  try {
    for await (const _ of source) if (performance.now() > deadline) return true
    return true
  } catch {
    return false
  } finally {
    source.destroy()
  }
}

/** Whether a file, unpacked, has the number of bytes that its own header tells; true where only reading would show. */
export async function hasBytes(file: InputFile, expected: number): Promise<boolean> {
  const bytes = await unpackedBytes(file)
  return bytes === null || bytes === (bytes === file.size ? expected : expected % 2 ** 32)
}

/** Number of rows from the length of the first lines: exact when they are all alike and fill the file. */
export function estimateRows(lineBytes: number[], skipped: number, bytes: number | null): { count: number | null; estimatedCount?: number } {
  const lines = lineBytes.slice(skipped)
  if (lines.length === 0 || bytes === null) return { count: null }
  const mean = lines.reduce((sum, length) => sum + length, 0) / lines.length
  const rows = (bytes - lineBytes.slice(0, skipped).reduce((sum, length) => sum + length, 0)) / mean
  const alike = lines.every((length) => length === lines[0])
  return alike && Number.isInteger(rows) ? { count: rows } : { count: null, estimatedCount: Math.round(rows) }
}
