import { address, lanes, number, step, word } from './context'
import { exp4, flush4, multiplyAdd, splat, sum4 } from './math'

/**
 * Causal attention over the steps so far: y = Σ_t softmax_t(scale · q·k_t) v_t for each head. The caches hold one vector a step, [steps][channels].
 * Scores are four partial sums by channel modulo 4, their masses' total four by step modulo 4: the same in both layouts.
 * [q, keys, values, y, heads, channels of a head, scale, scores (float32 [steps] for each stream, scratch)]
 */
export function attend(record: usize): void {
  const q = address(record, 1), keys = address(record, 2), cache = address(record, 3), y = address(record, 4)
  const heads = word(record, 5), size = word(record, 6), scale = number(record, 7), scores = address(record, 8)
  const head = <usize>(size * lanes) << 2, pitch = <usize>heads * head
  for (let at: usize = 0; at < pitch; at += head) {
    if (lanes == 8) attendEight(q + at, keys + at, cache + at, y + at, size, pitch, scale, scores)
    else attendOne(q + at, keys + at, cache + at, y + at, size, pitch, scale, scores)
  }
}

function attendOne(q: usize, keys: usize, cache: usize, y: usize, size: i32, pitch: usize, scale: f32, scores: usize): void {
  const bytes = <usize>size << 2, whole = bytes & ~15, end = scores + (<usize>(step + 1) << 2)
  let highest: f32 = -Infinity
  for (let at = scores, k = keys; at < end; at += 4, k += pitch) {
    let p = splat(0)
    for (let i: usize = 0; i < whole; i += 16) p = multiplyAdd(v128.load(q + i), v128.load(k + i), p)
    // The channels behind the last four belong to the partial sums in turn.
    if (whole < bytes) p = f32x4.add(p, f32x4.mul(firstOf(q + whole, size & 3), firstOf(k + whole, size & 3)))
    const score = sum4(p) * scale
    store<f32>(at, score)
    highest = max(highest, score)
  }
  let totals = splat(0)
  const most = splat(highest)
  let at = scores
  for (; at + 16 <= end; at += 16) {
    const masses = flush4(exp4(f32x4.sub(v128.load(at), most)))
    v128.store(at, masses)
    totals = f32x4.add(totals, masses)
  }
  if (at < end) {
    const rest = <i32>(end - at) >> 2, masses = flush4(exp4(f32x4.sub(firstOf(at, rest), most)))
    v128.store(at, masses)
    totals = f32x4.add(totals, firstOf(at, rest))
  }
  const total = splat(sum4(totals))
  let i: usize = 0
  for (; i + 64 <= bytes; i += 64) {
    let a = splat(0), b = a, c = a, d = a
    for (let s = scores, v = cache + i; s < end; s += 4, v += pitch) {
      const mass = v128.load32_splat(s)
      a = multiplyAdd(v128.load(v), mass, a); b = multiplyAdd(v128.load(v, 16), mass, b)
      c = multiplyAdd(v128.load(v, 32), mass, c); d = multiplyAdd(v128.load(v, 48), mass, d)
    }
    v128.store(y + i, f32x4.div(a, total)); v128.store(y + i, f32x4.div(b, total), 16)
    v128.store(y + i, f32x4.div(c, total), 32); v128.store(y + i, f32x4.div(d, total), 48)
  }
  for (; i + 16 <= bytes; i += 16) {
    let a = splat(0)
    for (let s = scores, v = cache + i; s < end; s += 4, v += pitch) a = multiplyAdd(v128.load(v), v128.load32_splat(s), a)
    v128.store(y + i, f32x4.div(a, total))
  }
  for (; i < bytes; i += 4) {
    let a: f32 = 0
    for (let s = scores, v = cache + i; s < end; s += 4, v += pitch) a += load<f32>(v) * load<f32>(s)
    store<f32>(y + i, a / f32x4.extract_lane(total, 0))
  }
}

/** The first one to three of four numbers, the others zero. */
@inline function firstOf(at: usize, count: i32): v128 {
  let v = v128.load32_zero(at)
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(at, 4))
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(at, 8))
  return v
}

// Partial sums and totals of four streams; two halves make eight.
function attendEight(q: usize, keys: usize, cache: usize, y: usize, size: i32, pitch: usize, scale: f32, scores: usize): void {
  for (let half: usize = 0; half < 32; half += 16) attendFour(q + half, keys + half, cache + half, y + half, size, pitch, splat(scale), scores + half)
}

function attendFour(q: usize, keys: usize, cache: usize, y: usize, size: i32, pitch: usize, scale: v128, scores: usize): void {
  const bytes = <usize>size << 5, end = scores + (<usize>(step + 1) << 5)
  let highest = splat(-Infinity)
  for (let at = scores, k = keys; at < end; at += 32, k += pitch) {
    let a = splat(0), b = a, c = a, d = a
    for (let i: usize = 0; i < bytes; i += 128) {
      a = multiplyAdd(v128.load(q + i), v128.load(k + i), a)
      if (i + 32 < bytes) b = multiplyAdd(v128.load(q + i, 32), v128.load(k + i, 32), b)
      if (i + 64 < bytes) c = multiplyAdd(v128.load(q + i, 64), v128.load(k + i, 64), c)
      if (i + 96 < bytes) d = multiplyAdd(v128.load(q + i, 96), v128.load(k + i, 96), d)
    }
    const score = f32x4.mul(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), scale)
    v128.store(at, score)
    highest = f32x4.pmax(highest, score)
  }
  let a = splat(0), b = a, c = a, d = a
  for (let at = scores; at < end; at += 128) {
    a = f32x4.add(a, massAt(at, highest))
    if (at + 32 < end) b = f32x4.add(b, massAt(at + 32, highest))
    if (at + 64 < end) c = f32x4.add(c, massAt(at + 64, highest))
    if (at + 96 < end) d = f32x4.add(d, massAt(at + 96, highest))
  }
  const total = f32x4.add(f32x4.add(a, b), f32x4.add(c, d))
  let i: usize = 0
  for (; i + 128 <= bytes; i += 128) {
    a = splat(0); b = a; c = a; d = a
    for (let s = scores, v = cache + i; s < end; s += 32, v += pitch) {
      const mass = v128.load(s)
      a = multiplyAdd(v128.load(v), mass, a); b = multiplyAdd(v128.load(v, 32), mass, b)
      c = multiplyAdd(v128.load(v, 64), mass, c); d = multiplyAdd(v128.load(v, 96), mass, d)
    }
    v128.store(y + i, f32x4.div(a, total)); v128.store(y + i, f32x4.div(b, total), 32)
    v128.store(y + i, f32x4.div(c, total), 64); v128.store(y + i, f32x4.div(d, total), 96)
  }
  for (; i < bytes; i += 32) {
    a = splat(0)
    for (let s = scores, v = cache + i; s < end; s += 32, v += pitch) a = multiplyAdd(v128.load(v), v128.load(s), a)
    v128.store(y + i, f32x4.div(a, total))
  }
}

/** A score becomes its mass; tiny ones would make denormal products. */
@inline function massAt(at: usize, highest: v128): v128 {
  const mass = flush4(exp4(f32x4.sub(v128.load(at), highest)))
  v128.store(at, mass)
  return mass
}
