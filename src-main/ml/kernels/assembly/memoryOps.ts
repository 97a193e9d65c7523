import { address, bytesOf, column, conditions, lanes, number, phase, position, row, step, values, word } from './context'

/** The index that a table is read at: 0 value drawn last, 1 condition, 2 step, 3 position, 4 row, 5 column, 6 phase. */
@inline function indexOf(source: i32, lane: i32): i32 {
  if (source == 0) return <i32>load<f32>(values + (<usize>lane << 2))
  if (source == 1) return <i32>load<f32>(conditions + (<usize>lane << 2))
  if (source == 2) return step
  if (source == 3) return position
  if (source == 4) return row
  if (source == 5) return column
  return phase
}

/** y (+)= table[index], rows of `channels` numbers; a negative index is the last row. [table, y, channels, rows, source, add] */
export function embed(record: usize): void {
  const table = address(record, 1), y = address(record, 2), channels = word(record, 3), last = word(record, 4) - 1
  const source = word(record, 5), add = word(record, 6)
  for (let lane = 0; lane < lanes; lane++) {
    const asked = indexOf(source, lane), from = table + <usize>(asked < 0 ? last : min(asked, last)) * (<usize>channels << 2)
    if (lanes == 1 && !add) { memory.copy(y, from, <usize>channels << 2); return }
    const to = y + (<usize>lane << 2), stride = <usize>lanes << 2
    for (let c = 0; c < channels; c++) {
      const v = load<f32>(from + (<usize>c << 2)), at = to + <usize>c * stride
      store<f32>(at, add ? load<f32>(at) + v : v)
    }
  }
}

/** Writes the value just drawn: y[step · stride] = scale · value + shift, or a one among `levels`. [y, stride, scale, shift, levels] */
export function writeValue(record: usize): void {
  const y = address(record, 1) + bytesOf(word(record, 2) * step), scale = number(record, 3), shift = number(record, 4), levels = word(record, 5)
  for (let lane = 0; lane < lanes; lane++) {
    const v = load<f32>(values + (<usize>lane << 2)), at = y + (<usize>lane << 2)
    if (!levels) { store<f32>(at, scale * v + shift); continue }
    const hot = <i32>v
    for (let k = 0; k < levels; k++) store<f32>(at + bytesOf(k), k == hot ? 1 : 0)
  }
}

/** y = x at a slice that moves: x + index · stride. [x, stride, y, channels, source] (source 2…6 of a table's index) */
export function slice(record: usize): void {
  memory.copy(address(record, 3), address(record, 1) + bytesOf(word(record, 2) * indexOf(word(record, 5), 0)), bytesOf(word(record, 4)))
}

/** x at a slice that moves is written: x[index · stride …] = y. [x, stride, y, channels, source] */
export function writeSlice(record: usize): void {
  memory.copy(address(record, 1) + bytesOf(word(record, 2) * indexOf(word(record, 5), 0)), address(record, 3), bytesOf(word(record, 4)))
}

/**
 * The causal queue of a dilated convolution: y = [x at t − (k−1)·d, …, x at t − d, x at t] and x is kept; zeros before the start.
 * [ring, cursor, x, channels, y, taps, dilation]; the ring holds (k−1)·d vectors.
 */
export function queue(record: usize): void {
  const ring = address(record, 1), cursorAt = address(record, 2), x = address(record, 3), bytes = bytesOf(word(record, 4))
  const taps = word(record, 6), dilation = word(record, 7), size = (taps - 1) * dilation
  const cursor = load<i32>(cursorAt)
  let y = address(record, 5), slot = cursor
  for (let tap = 1; tap < taps; tap++) { // the slot at the cursor holds the oldest
    copy(y, ring + <usize>slot * bytes, bytes)
    y += bytes
    slot += dilation
    if (slot >= size) slot -= size
  }
  copy(y, x, bytes)
  if (size > 0) {
    copy(ring + <usize>cursor * bytes, x, bytes)
    store<i32>(cursorAt, cursor + 1 == size ? 0 : cursor + 1)
  }
}

/** Short copies: a loop is quicker than a call of memory.copy. */
@inline export function copy(to: usize, from: usize, bytes: usize): void {
  const whole = bytes & ~15
  let i: usize = 0
  for (; i < whole; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i))
}

/** Address in a map at (row + dy, column + dx): words `from`… hold base (at column 0), dy, dx, rows of the ring, pitches in bytes, first channel. */
@inline export function mapAddress(record: usize, from: i32): usize {
  const rows = word(record, from + 3)
  const line = <usize>((row + word(record, from + 1) + rows) % rows)
  const across = <usize>(column + word(record, from + 2))
  return address(record, from) + line * address(record, from + 4) + across * address(record, from + 5) + bytesOf(word(record, from + 6))
}

/** map = x at (row + dy, column + dx). [x, channels, map…] */
export function mapStore(record: usize): void { copy(mapAddress(record, 3), address(record, 1), bytesOf(word(record, 2))) }

/** x = map at (row + dy, column + dx). [x, channels, map…] */
export function mapLoad(record: usize): void { copy(address(record, 1), mapAddress(record, 3), bytesOf(word(record, 2))) }
