import { address, bytesOf, lanes, number, word } from './context'
import { elu4, exp4, flush4, gate4, gelu4, multiplyAdd, ones, relu4, sigmoid4, softplus4, splat, storePart, sum4, tanh4 } from './math'

@inline function activate4(kind: i32, v: v128): v128 {
  if (kind == 1) return relu4(v)
  if (kind == 2) return tanh4(v)
  if (kind == 3) return sigmoid4(v)
  if (kind == 4) return softplus4(v)
  if (kind == 5) return exp4(v)
  if (kind == 6) return elu4(v)
  if (kind == 7) return gelu4(v)
  if (kind == 8) return f32x4.mul(v, sigmoid4(v))
  return f32x4.neg(v)
}

@inline function map(kind: i32, x: usize, y: usize, bytes: usize): void {
  const whole = bytes & ~15
  for (let i: usize = 0; i < whole; i += 16) v128.store(y + i, activate4(kind, v128.load(x + i)))
  if (whole < bytes) storePart(y + whole, activate4(kind, v128.load(x + whole)), <i32>(bytes - whole) >> 2)
}

/** y = f(x); each kind has a loop of its own. 0 identity, 1 relu, 2 tanh, 3 σ, 4 softplus, 5 exp, 6 elu, 7 gelu, 8 swish, 9 −x. */
export function activate(kind: i32, x: usize, y: usize, channels: i32): void {
  const bytes = bytesOf(channels)
  if (kind == 0) { if (x != y) memory.copy(y, x, bytes) }
  else if (kind == 1) map(1, x, y, bytes)
  else if (kind == 2) map(2, x, y, bytes)
  else if (kind == 3) map(3, x, y, bytes)
  else if (kind == 4) map(4, x, y, bytes)
  else if (kind == 5) map(5, x, y, bytes)
  else if (kind == 6) map(6, x, y, bytes)
  else if (kind == 7) map(7, x, y, bytes)
  else if (kind == 8) map(8, x, y, bytes)
  else map(9, x, y, bytes)
}

/** 0 a + b, 1 a · b, 2 tanh(a) · σ(b), 3 a · σ(b), 4 a − b */
@inline function combine4(kind: i32, a: v128, b: v128): v128 {
  if (kind == 0) return f32x4.add(a, b)
  if (kind == 1) return f32x4.mul(a, b)
  if (kind == 2) return gate4(a, b)
  if (kind == 3) return f32x4.mul(a, sigmoid4(b))
  return f32x4.sub(a, b)
}

@inline function zip(kind: i32, a: usize, b: usize, y: usize, bytes: usize): void {
  const whole = bytes & ~15
  for (let i: usize = 0; i < whole; i += 16) v128.store(y + i, combine4(kind, v128.load(a + i), v128.load(b + i)))
  if (whole < bytes) storePart(y + whole, combine4(kind, v128.load(a + whole), v128.load(b + whole)), <i32>(bytes - whole) >> 2)
}

/** [kind, a, b, y, channels] */
export function combine(record: usize): void {
  const kind = word(record, 1), a = address(record, 2), b = address(record, 3), y = address(record, 4), bytes = bytesOf(word(record, 5))
  if (kind == 0) zip(0, a, b, y, bytes)
  else if (kind == 1) zip(1, a, b, y, bytes)
  else if (kind == 2) zip(2, a, b, y, bytes)
  else if (kind == 3) zip(3, a, b, y, bytes)
  else zip(4, a, b, y, bytes)
}

/** y = scale · x + shift. [x, y, channels, scale, shift] */
export function affine(record: usize): void {
  const x = address(record, 1), y = address(record, 2), bytes = bytesOf(word(record, 3))
  const scale = splat(number(record, 4)), shift = splat(number(record, 5)), whole = bytes & ~15
  for (let i: usize = 0; i < whole; i += 16) v128.store(y + i, multiplyAdd(v128.load(x + i), scale, shift))
  if (whole < bytes) storePart(y + whole, multiplyAdd(v128.load(x + whole), scale, shift), <i32>(bytes - whole) >> 2)
}

/**
 * LSTM cell. gates: input, forget, candidate and output of n channels each, in the order of `offsets` (2 bits each);
 * c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c). [gates, previous c, c, h, channels, order]
 */
export function lstm(record: usize): void {
  const bytes = bytesOf(word(record, 5)), order = word(record, 6), gates = address(record, 1)
  const input = gates + <usize>(order & 3) * bytes, forget = gates + <usize>((order >> 2) & 3) * bytes
  const candidate = gates + <usize>((order >> 4) & 3) * bytes, output = gates + <usize>((order >> 6) & 3) * bytes
  const before = address(record, 2), c = address(record, 3), h = address(record, 4)
  for (let i: usize = 0; i < bytes; i += 16) {
    const kept = f32x4.mul(sigmoid4(v128.load(forget + i)), v128.load(before + i))
    const state = flush4(f32x4.add(kept, gate4(v128.load(candidate + i), v128.load(input + i))))
    const rest = <i32>(bytes - i) >> 2
    storePart(c + i, state, rest)
    storePart(h + i, gate4(state, v128.load(output + i)), rest)
  }
}

/** h ← (1 − z)·n + z·h. [z, n, h, channels] with z before its sigmoid and n before its tanh. */
export function mixState(record: usize): void {
  const z = address(record, 1), n = address(record, 2), h = address(record, 3), bytes = bytesOf(word(record, 4))
  for (let i: usize = 0; i < bytes; i += 16) {
    const keep = sigmoid4(v128.load(z + i)), fresh = tanh4(v128.load(n + i))
    const mixed = f32x4.add(f32x4.mul(f32x4.sub(ones(), keep), fresh), f32x4.mul(keep, v128.load(h + i)))
    storePart(h + i, flush4(mixed), <i32>(bytes - i) >> 2)
  }
}

/** y = scale ⊙ (x − mean) / √(variance + ε) + shift over the channels. [x, y, channels, scale, shift, ε] */
export function normalise(record: usize): void {
  const x = address(record, 1), y = address(record, 2), channels = word(record, 3)
  const scale = address(record, 4), shift = address(record, 5), epsilon = number(record, 6)
  for (let lane = 0; lane < lanes; lane++) {
    const at = x + (<usize>lane << 2), stride = <usize>lanes << 2, to = y + (<usize>lane << 2)
    let mean: f64 = 0, square: f64 = 0
    for (let c = 0; c < channels; c++) mean += <f64>load<f32>(at + <usize>c * stride)
    mean /= <f64>channels
    for (let c = 0; c < channels; c++) { const d = <f64>load<f32>(at + <usize>c * stride) - mean; square += d * d }
    const inverse = <f32>(1 / Math.sqrt(square / <f64>channels + <f64>epsilon)), centre = <f32>mean
    for (let c = 0; c < channels; c++) {
      const offset = <usize>c << 2, v = (load<f32>(at + <usize>c * stride) - centre) * inverse
      store<f32>(to + <usize>c * stride, v * load<f32>(scale + offset) + load<f32>(shift + offset))
    }
  }
}

/** Sum over channels of a · b for one lane, in the order of every kernel: four partial sums by channel modulo 4. `channels` is a multiple of 4. */
@inline export function dotLane(a: usize, b: usize, channels: i32): f32 {
  let p = splat(0)
  for (let i: usize = 0, end = <usize>channels << 2; i < end; i += 16) p = multiplyAdd(v128.load(a + i), v128.load(b + i), p)
  return sum4(p)
}
