import { address, lanes, number, step, streams, values, word } from './context'
import { multiplyAdd, ones, sigmoid4, splat, sum4 } from './math'

/**
 * NADE-style activation: a += (scale · value + shift) · row of this step, after the value is drawn; with `levels`, a += row of (step, value).
 * Triangular tables skip the entries before step + 1, which are zero. [a, channels, table, levels, scale, shift, triangular]; channels is a
 * multiple of 4.
 */
export function accumulate(record: usize): void {
  const channels = word(record, 2), levels = word(record, 4), rowBytes = <usize>channels << 2
  const from = word(record, 7) ? <usize>((step + 1) & ~3) << 2 : 0
  const a = address(record, 1), table = address(record, 3)
  if (levels) {
    for (let lane = 0; lane < lanes; lane++) {
      const v = load<f32>(values + (<usize>lane << 2)), w = table + <usize>(step * levels + max(0, min(levels - 1, <i32>v))) * rowBytes
      if (lanes == 1) for (let i = from; i < rowBytes; i += 16) v128.store(a + i, f32x4.add(v128.load(a + i), v128.load(w + i)))
      else for (let i = from; i < rowBytes; i += 4) {
        const at = a + (i << 3) + (<usize>lane << 2)
        store<f32>(at, load<f32>(at) + load<f32>(w + i))
      }
    }
    return
  }
  const w = table + <usize>step * rowBytes, scale = splat(number(record, 5)), shift = splat(number(record, 6))
  if (lanes == 1) {
    const s = multiplyAdd(splat(load<f32>(values)), scale, shift)
    if (f32x4.extract_lane(s, 0) == 0) return
    for (let i = from; i < rowBytes; i += 16) v128.store(a + i, multiplyAdd(v128.load(w + i), s, v128.load(a + i)))
    return
  }
  const s0 = multiplyAdd(v128.load(values), scale, shift), s1 = multiplyAdd(v128.load(values, 16), scale, shift)
  for (let i = from; i < rowBytes; i += 4) {
    const at = a + (i << 3), v = v128.load32_splat(w + i)
    v128.store(at, multiplyAdd(v, s0, v128.load(at)))
    v128.store(at, multiplyAdd(v, s1, v128.load(at, 16)), 16)
  }
}

/** Σ v·h; bytes is a multiple of 32. */
@inline function dot(h: usize, v: usize, bytes: usize): f32 {
  let p = splat(0), q = p
  for (let i: usize = 0; i < bytes; i += 32) {
    p = multiplyAdd(v128.load(h + i), v128.load(v + i), p)
    q = multiplyAdd(v128.load(h + i, 16), v128.load(v + i, 16), q)
  }
  return sum4(f32x4.add(p, q))
}

const LOW: f32 = 1e-30, HIGH: f32 = 1e30

/** e ← e · exp(−w), h = 1 / (1 + e), Σ v·h; whether all of e stayed in range is left in `inRange`. */
let inRange: bool = true
function productPass(e: usize, h: usize, ew: usize, v: usize, bytes: usize): f32 {
  const low = splat(LOW), high = splat(HIGH), one = ones()
  let p = splat(0), q = p, fine = i32x4.splat(-1)
  for (let i: usize = 0; i < bytes; i += 32) {
    const x = f32x4.mul(v128.load(e + i), v128.load(ew + i)), y = f32x4.mul(v128.load(e + i, 16), v128.load(ew + i, 16))
    v128.store(e + i, x)
    v128.store(e + i, y, 16)
    fine = v128.and(fine, v128.and(v128.and(f32x4.gt(x, low), f32x4.lt(x, high)), v128.and(f32x4.gt(y, low), f32x4.lt(y, high))))
    const a = f32x4.div(one, f32x4.add(one, x)), b = f32x4.div(one, f32x4.add(one, y))
    v128.store(h + i, a)
    v128.store(h + i, b, 16)
    p = multiplyAdd(a, v128.load(v + i), p)
    q = multiplyAdd(b, v128.load(v + i, 16), q)
  }
  inRange = i32x4.all_true(fine)
  return sum4(f32x4.add(p, q))
}

/** a ← a + w, h = σ(a), Σ v·h */
function sumPass(a: usize, h: usize, w: usize, v: usize, bytes: usize): f32 {
  let p = splat(0), q = p
  for (let i: usize = 0; i < bytes; i += 32) {
    const x = f32x4.add(v128.load(a + i), v128.load(w + i)), y = f32x4.add(v128.load(a + i, 16), v128.load(w + i, 16))
    v128.store(a + i, x)
    v128.store(a + i, y, 16)
    const s = sigmoid4(x), t = sigmoid4(y)
    v128.store(h + i, s)
    v128.store(h + i, t, 16)
    p = multiplyAdd(s, v128.load(v + i), p)
    q = multiplyAdd(t, v128.load(v + i, 16), q)
  }
  return sum4(f32x4.add(p, q))
}

function addRows(a: usize, c: usize, w: usize, list: usize, count: i32, bytes: usize): void {
  memory.copy(a, c, bytes)
  for (let n = 0; n < count; n++) {
    const from = w + <usize>load<i32>(list + (<usize>n << 2)) * bytes
    for (let i: usize = 0; i < bytes; i += 16) v128.store(a + i, f32x4.add(v128.load(a + i), v128.load(from + i)))
  }
}

/**
 * A whole NADE of binary units: logit = b_s + V_s · σ(c + Σ_{x_j = 1} W_j). Hidden units change only after a one, so they are kept. What is
 * carried is e = exp(−a), multiplied by exp(−W_j), so that no step needs an exponential; a sample of which any e leaves 1e±30, where it would
 * stick, goes on with the sum itself, added up anew from the ones so far.
 * [logits, state, hidden, W, V, b, c, exp(−W), exp(−c), σ(c), steps, sums only]
 * State of a stream: e or a [hidden], h [hidden], steps of the ones [steps + 1], their number, whether sums are carried. hidden is a multiple of 8.
 */
export function nade(record: usize): void {
  const logits = address(record, 1), hidden = word(record, 3), bytes = <usize>hidden << 2, steps = word(record, 11)
  const W = address(record, 4), V = address(record, 5) + <usize>step * bytes, c = address(record, 7)
  const size: usize = (2 * bytes + (<usize>(steps + 3) << 2) + 15) & ~(<usize>15)
  for (let lane = 0; lane < streams; lane++) {
    const a = address(record, 2) + <usize>lane * size, h = a + bytes, list = h + bytes, countAt = list + (<usize>(steps + 1) << 2)
    let logit: f32
    if (step == 0) {
      const sums = word(record, 12)
      memory.copy(a, sums ? c : address(record, 9), bytes)
      memory.copy(h, address(record, 10), bytes)
      store<i32>(countAt, 0)
      store<i32>(countAt, sums, 4)
      logit = dot(h, V, bytes)
    } else if (load<f32>(values + (<usize>lane << 2)) == 0) {
      logit = dot(h, V, bytes)
    } else {
      const count = load<i32>(countAt)
      store<i32>(list + (<usize>count << 2), step - 1)
      store<i32>(countAt, count + 1)
      const offset = <usize>(step - 1) * bytes
      if (load<i32>(countAt, 4)) logit = sumPass(a, h, W + offset, V, bytes)
      else {
        logit = productPass(a, h, address(record, 8) + offset, V, bytes)
        if (!inRange) {
          store<i32>(countAt, 1, 4)
          addRows(a, c, W, list, count, bytes)
          logit = sumPass(a, h, W + offset, V, bytes)
        }
      }
    }
    store<f32>(logits + (<usize>lane << 2), logit + load<f32>(address(record, 6) + (<usize>step << 2)))
  }
}
