import { accumulate, nade } from './accumulate'
import { attend } from './attention'
import { address, bytesOf, column, lanes, position, row, setColumn, setPlace, step, word } from './context'
import { dense1, dense8, rows1, rows8 } from './dense'
import { activate, affine, combine, lstm, mixState, normalise } from './elementwise'
import { embed, mapAddress, mapLoad, mapStore, queue, slice, writeSlice, writeValue } from './memoryOps'

/** Bytes of an operation's record: sixteen words, the first of which is its code (src-main/ml/kernels/codes.ts). */
export const RECORD: usize = 64

/** [inputs, y, outputs, weight, bias, init, activation], from word 2 */
@inline function dense(record: usize, x: usize): void {
  const y = address(record, 3), outputs = word(record, 4), kind = word(record, 8)
  if (lanes == 1) dense1(x, word(record, 2), y, outputs, address(record, 5), address(record, 6), address(record, 7))
  else dense8(x, word(record, 2), y, outputs, address(record, 5), address(record, 6), address(record, 7))
  if (kind) activate(kind, y, y, outputs)
}

/** [x, y, schedule, add, activation]; the schedule has for each step: first output, outputs, inputs, weight, bias. */
function scheduledRows(record: usize): void {
  const entry = address(record, 3) + <usize>step * 20, outputs = word(entry, 1)
  if (!outputs) return
  const y = address(record, 2) + bytesOf(word(entry, 0)), kind = word(record, 5)
  if (lanes == 1) rows1(address(record, 1), word(entry, 2), y, outputs, address(entry, 3), address(entry, 4), word(record, 4) != 0)
  else rows8(address(record, 1), word(entry, 2), y, outputs, address(entry, 3), address(entry, 4), word(record, 4) != 0)
  if (kind) activate(kind, y, y, outputs)
}

/** At the first column of a row, its `count` following operations run for every column. [count, width, reverse] */
function eachColumn(record: usize): void {
  if (column != 0) return
  const count = word(record, 1), width = word(record, 2), reverse = word(record, 3)
  for (let c = 0; c < width; c++) {
    setColumn(reverse ? width - 1 - c : c)
    interpret(record + RECORD, count)
  }
  setColumn(0)
}

/**
 * Where (row & rowMask) is rowIs and (column & columnMask) columnIs, the `count` following operations, at (row, column) >> shift, or << −shift.
 * [count, rowMask, rowIs, columnMask, columnIs, shift]
 */
function atPixels(record: usize): void {
  if ((row & word(record, 2)) != word(record, 3) || (column & word(record, 4)) != word(record, 5)) return
  const r = row, c = column, p = position, shift = word(record, 6)
  if (shift < 0) setPlace(r << -shift, c << -shift, p)
  else setPlace(r >> shift, c >> shift, p)
  interpret(record + RECORD, word(record, 1))
  setPlace(r, c, p)
}

export function interpret(records: usize, count: i32): void {
  let record = records
  for (let i = 0; i < count; i++) {
    switch (word(record, 0)) {
      case 0: dense(record, address(record, 1)); break
      case 1: dense(record, mapAddress(record, 9)); break
      case 2: scheduledRows(record); break
      case 3: activate(word(record, 1), address(record, 2), address(record, 3), word(record, 4)); break
      case 4: combine(record); break
      case 5: affine(record); break
      case 6: memory.fill(address(record, 1), 0, bytesOf(word(record, 2))); break
      case 7: embed(record); break
      case 8: writeValue(record); break
      case 9: slice(record); break
      case 10: writeSlice(record); break
      case 11: queue(record); break
      case 12: mapStore(record); break
      case 13: mapLoad(record); break
      case 14: accumulate(record); break
      case 15: nade(record); break
      case 16: lstm(record); break
      case 17: mixState(record); break
      case 18: normalise(record); break
      case 19: attend(record); break
      case 20: { // each column: the body is run there, and skipped here
        eachColumn(record)
        const body = word(record, 1)
        record += <usize>body * RECORD
        i += body
        break
      }
      case 21: { // at some pixels: likewise
        atPixels(record)
        const body = word(record, 1)
        record += <usize>body * RECORD
        i += body
        break
      }
      default: unreachable()
    }
    record += RECORD
  }
}
