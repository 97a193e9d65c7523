// Elementary functions on four float32 at a time. No fused or relaxed instructions: every machine computes the same bits.

/**
 * Constants live in linear memory, four copies each: loading one where it is used beats v128.const, which V8 builds anew from integer
 * registers or spills.
 */
const TABLE = memory.data<f32>([
  1.44269504, 1.44269504, 1.44269504, 1.44269504, // 0: log2 e
  12582912.0, 12582912.0, 12582912.0, 12582912.0, // 1: 1.5 · 2^23; adding it rounds to an integer in the low bits
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4, // 2, 3: −ln 2 in two parts
  -0.693359375, -0.693359375, -0.693359375, -0.693359375,
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // 4…9: exp on ±ln 2 / 2 (Cephes)
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  0.5, 0.5, 0.5, 0.5,
  1, 1, 1, 1, // 10
  -87, -87, -87, -87, // 11, 12: beyond them exp leaves the normal numbers
  87, 87, 87, 87,
  -1.44269504, -1.44269504, -1.44269504, -1.44269504, // 13: −log2 e
  125, 125, 125, 125, // 14, 15
  -125, -125, -125, -125,
  0.6931470036506653, 0.6931470036506653, 0.6931470036506653, 0.6931470036506653, // 16…20: 2^f, |f| ≤ ½
  0.24022242426872253, 0.24022242426872253, 0.24022242426872253, 0.24022242426872253,
  0.05550733581185341, 0.05550733581185341, 0.05550733581185341, 0.05550733581185341,
  0.009671512991189957, 0.009671512991189957, 0.009671512991189957, 0.009671512991189957,
  0.001326472731307149, 0.001326472731307149, 0.001326472731307149, 0.001326472731307149,
  -2.88539008, -2.88539008, -2.88539008, -2.88539008, // 21: −2 log2 e
  40, 40, 40, 40, // 22, 23: tanh is ±1 long before
  -40, -40, -40, -40
], 16)

@inline function constant(index: usize): v128 { return v128.load(TABLE + (index << 4)) }
@inline export function splat(x: f32): v128 { return f32x4.splat(x) }
@inline export function ones(): v128 { return constant(10) }
@inline export function multiplyAdd(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.mul(a, b), c) }

/** Sum of the four lanes, in the order that every kernel uses: (0 + 1) + (2 + 3). */
@inline export function sum4(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

@inline export function max4(v: v128): f32 {
  const halves = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.pmax(halves, v128.shuffle<f32>(halves, halves, 1, 0, 3, 2)), 0)
}

/** e^x, relative error 1e-7; x is clamped to ±87, so the result is a normal number. */
@inline export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, constant(11)), constant(12))
  const shifted = multiplyAdd(clamped, constant(0), constant(1)), n = f32x4.sub(shifted, constant(1))
  const r = multiplyAdd(n, constant(2), multiplyAdd(n, constant(3), clamped))
  let p = multiplyAdd(constant(4), r, constant(5))
  p = multiplyAdd(p, r, constant(6))
  p = multiplyAdd(p, r, constant(7))
  p = multiplyAdd(p, r, constant(8))
  p = multiplyAdd(p, r, constant(9))
  p = multiplyAdd(p, f32x4.mul(r, r), f32x4.add(r, constant(10)))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

@inline export function exp1(x: f32): f32 { return f32x4.extract_lane(exp4(splat(x)), 0) }

/** 2^y for |y| ≤ 125: a polynomial of degree 5 in Estrin's form, whose chain of dependent operations is short. */
@inline function power2(y: v128): v128 {
  const shifted = f32x4.add(y, constant(1)), f = f32x4.sub(y, f32x4.sub(shifted, constant(1))), q = f32x4.mul(f, f)
  const high = multiplyAdd(constant(20), f, constant(19)), middle = multiplyAdd(constant(18), f, constant(17))
  const p = multiplyAdd(multiplyAdd(high, q, middle), q, multiplyAdd(constant(16), f, constant(10)))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

@inline export function sigmoid4(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(f32x4.mul(x, constant(13)), constant(15)), constant(14))
  return f32x4.div(constant(10), f32x4.add(constant(10), power2(y)))
}

@inline export function tanh4(x: v128): v128 {
  const u = power2(f32x4.pmin(f32x4.pmax(f32x4.mul(x, constant(21)), constant(23)), constant(22)))
  return f32x4.div(f32x4.sub(constant(10), u), f32x4.add(constant(10), u))
}

/** tanh(a) · σ(b), with one division. */
@inline export function gate4(a: v128, b: v128): v128 {
  const u = power2(f32x4.pmin(f32x4.pmax(f32x4.mul(a, constant(21)), constant(23)), constant(22)))
  const v = power2(f32x4.pmin(f32x4.pmax(f32x4.mul(b, constant(13)), constant(15)), constant(14)))
  return f32x4.div(f32x4.sub(constant(10), u), f32x4.mul(f32x4.add(constant(10), u), f32x4.add(constant(10), v)))
}

@inline export function relu4(x: v128): v128 { return f32x4.pmax(splat(0), x) }

/** ln(1 + u) for 0 ≤ u ≤ 1, absolute error 1e-7: 2 atanh(u / (2 + u)). */
@inline function logOnePlus(u: v128): v128 {
  const r = f32x4.div(u, f32x4.add(u, splat(2))), q = f32x4.mul(r, r)
  let p = multiplyAdd(splat(0.18181818), q, splat(0.22222222))
  p = multiplyAdd(p, q, splat(0.28571429))
  p = multiplyAdd(p, q, splat(0.4))
  p = multiplyAdd(p, q, splat(0.66666667))
  p = multiplyAdd(p, q, splat(2))
  return f32x4.mul(p, r)
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|) */
@inline export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.pmax(splat(0), x), logOnePlus(exp4(f32x4.neg(f32x4.abs(x)))))
}

/** x where x > 0, else e^x − 1. */
@inline export function elu4(x: v128): v128 {
  return v128.bitselect(x, f32x4.sub(exp4(f32x4.pmin(x, splat(0))), ones()), f32x4.gt(x, splat(0)))
}

/** The tanh form: x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). */
@inline export function gelu4(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x)
  const t = tanh4(f32x4.mul(splat(0.7978845608), multiplyAdd(splat(0.044715), cube, x)))
  return f32x4.mul(f32x4.mul(splat(0.5), x), f32x4.add(ones(), t))
}

/** Numbers too small to matter become zero: recurrent states would else decay into denormals, which are 75 times slower. */
@inline export function flush4(x: v128): v128 { return v128.and(x, f32x4.gt(f32x4.abs(x), splat(1e-30))) }

/** Stores the first `rest` (1…3) lanes, or all four when there are more. */
@inline export function storePart(at: usize, v: v128, rest: i32): void {
  if (rest >= 4) { v128.store(at, v); return }
  store<f32>(at, f32x4.extract_lane(v, 0))
  if (rest > 1) store<f32>(at, f32x4.extract_lane(v, 1), 4)
  if (rest > 2) store<f32>(at, f32x4.extract_lane(v, 2), 8)
}
