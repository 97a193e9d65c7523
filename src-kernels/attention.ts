import { address, bytesOf, lanes, number, step, word } from './context'
import { exp1, exp4, multiplyAdd, splat, sum4 } from './math'

/**
 * Causal attention over the steps so far: y = Σ_t softmax_t(scale · q·k_t) v_t for each head. The caches hold one vector a step, [steps][channels].
 * [q, keys, values, y, heads, channels of a head, scale, scores (float32 [steps] scratch)]
 * Products are four partial sums by channel modulo 4, and sums over steps are in their order: so a sample is the same bits drawn alone or beside others.
 */
export function attend(record: usize): void {
  const q = address(record, 1), keys = address(record, 2), cache = address(record, 3), y = address(record, 4)
  const heads = word(record, 5), size = word(record, 6), scale = number(record, 7), scores = address(record, 8)
  const pitch = bytesOf(heads * size)
  for (let head = 0; head < heads; head++) {
    const offset = bytesOf(head * size)
    if (lanes == 8) attend8(q + offset, keys + offset, cache + offset, y + offset, size, pitch, scale, scores)
    else attend1(q + offset, keys + offset, cache + offset, y + offset, size, pitch, scale, scores)
  }
}

/** One stream: four channels in the SIMD lanes. */
function attend1(q: usize, keys: usize, cache: usize, y: usize, size: i32, pitch: usize, scale: f32, scores: usize): void {
  const whole = <usize>(size & ~3) << 2, all = <usize>size << 2, last = <usize>step * pitch
  let highest: f32 = -Infinity, at = scores
  for (let k = keys, end = keys + last; k <= end; k += pitch) {
    let p = splat(0)
    for (let i: usize = 0; i < whole; i += 16) p = multiplyAdd(v128.load(q + i), v128.load(k + i), p)
    for (let i = whole; i < all; i += 4) p = f32x4.replace_lane(p, 0, f32x4.extract_lane(p, 0) + load<f32>(q + i) * load<f32>(k + i))
    const score = sum4(p) * scale
    store<f32>(at, score)
    highest = max(highest, score)
    at += 4
  }
  let total: f32 = 0
  for (let s = scores; s < at; s += 4) {
    const mass = exp1(load<f32>(s) - highest)
    store<f32>(s, mass)
    total += mass
  }
  for (let s = scores; s < at; s += 4) store<f32>(s, load<f32>(s) / total)
  let i: usize = 0
  for (; i + 32 <= whole; i += 32) {
    let a = splat(0), b = splat(0), v = cache + i
    for (let s = scores; s < at; s += 4) {
      const share = v128.load32_splat(s)
      a = f32x4.add(a, f32x4.mul(share, v128.load(v)))
      b = f32x4.add(b, f32x4.mul(share, v128.load(v, 16)))
      v += pitch
    }
    v128.store(y + i, a)
    v128.store(y + i, b, 16)
  }
  for (; i < whole; i += 16) {
    let a = splat(0), v = cache + i
    for (let s = scores; s < at; s += 4) {
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(s), v128.load(v)))
      v += pitch
    }
    v128.store(y + i, a)
  }
  for (; i < all; i += 4) {
    let a: f32 = 0, v = cache + i
    for (let s = scores; s < at; s += 4) {
      a += load<f32>(s) * load<f32>(v)
      v += pitch
    }
    store<f32>(y + i, a)
  }
}

/** Eight streams, each in a SIMD lane. */
function attend8(q: usize, keys: usize, cache: usize, y: usize, size: i32, pitch: usize, scale: f32, scores: usize): void {
  const scale4 = splat(scale), all = <usize>size << 5, whole = <usize>(size & ~3) << 5
  let highest0 = splat(-Infinity), highest1 = splat(-Infinity), at = scores
  for (let k = keys, end = keys + <usize>step * pitch; k <= end; k += pitch) {
    let a0 = splat(0), a1 = splat(0), b0 = splat(0), b1 = splat(0), c0 = splat(0), c1 = splat(0), d0 = splat(0), d1 = splat(0)
    let i: usize = 0
    for (; i < whole; i += 128) {
      a0 = multiplyAdd(v128.load(q + i), v128.load(k + i), a0); a1 = multiplyAdd(v128.load(q + i, 16), v128.load(k + i, 16), a1)
      b0 = multiplyAdd(v128.load(q + i, 32), v128.load(k + i, 32), b0); b1 = multiplyAdd(v128.load(q + i, 48), v128.load(k + i, 48), b1)
      c0 = multiplyAdd(v128.load(q + i, 64), v128.load(k + i, 64), c0); c1 = multiplyAdd(v128.load(q + i, 80), v128.load(k + i, 80), c1)
      d0 = multiplyAdd(v128.load(q + i, 96), v128.load(k + i, 96), d0); d1 = multiplyAdd(v128.load(q + i, 112), v128.load(k + i, 112), d1)
    }
    for (; i < all; i += 32) {
      a0 = multiplyAdd(v128.load(q + i), v128.load(k + i), a0); a1 = multiplyAdd(v128.load(q + i, 16), v128.load(k + i, 16), a1)
    }
    const score0 = f32x4.mul(f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0)), scale4)
    const score1 = f32x4.mul(f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1)), scale4)
    v128.store(at, score0); v128.store(at, score1, 16)
    highest0 = f32x4.pmax(highest0, score0); highest1 = f32x4.pmax(highest1, score1)
    at += 32
  }
  let total0 = splat(0), total1 = splat(0)
  for (let s = scores; s < at; s += 32) {
    const mass0 = exp4(f32x4.sub(v128.load(s), highest0)), mass1 = exp4(f32x4.sub(v128.load(s, 16), highest1))
    v128.store(s, mass0); v128.store(s, mass1, 16)
    total0 = f32x4.add(total0, mass0); total1 = f32x4.add(total1, mass1)
  }
  for (let s = scores; s < at; s += 32) {
    v128.store(s, f32x4.div(v128.load(s), total0)); v128.store(s, f32x4.div(v128.load(s, 16), total1), 16)
  }
  for (let i: usize = 0; i < all; i += 32) {
    let a0 = splat(0), a1 = splat(0), v = cache + i
    for (let s = scores; s < at; s += 32) {
      a0 = f32x4.add(a0, f32x4.mul(v128.load(s), v128.load(v))); a1 = f32x4.add(a1, f32x4.mul(v128.load(s, 16), v128.load(v, 16)))
      v += pitch
    }
    v128.store(y + i, a0); v128.store(y + i, a1, 16)
  }
}
