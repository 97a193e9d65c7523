import { lanes } from './context'
import { exp1, exp4, splat } from './math'

// One draw from a conditional by the inverse distribution function, in the order of the levels. Besides the value: the mean level, and
// log p(value) = linear − ln(product), so that a logarithm is taken only once in a while.

export let drawn: i32 = 0
export let mean: f64 = 0
export let linear: f64 = 0
export let factor: f64 = 1

/** What another head drew. */
export function setDrawn(value: i32, logProb: f64): void {
  drawn = value
  mean = 0
  linear = logProb
  factor = 1
}

/** logit at `at`; `given` ≥ 0 is taken instead of drawing. */
export function drawBernoulli(at: usize, u: f64, temperature: f32, given: i32): void {
  const logit = load<f32>(at), e = <f64>exp1(-abs(logit))
  if (given >= 0) drawn = given
  else if (temperature == 0) drawn = logit > 0 ? 1 : 0
  else {
    const scaled = logit / temperature, t = temperature == 1 ? e : <f64>exp1(-abs(scaled))
    // Level 0 takes [0, p(0)), p(0) = σ(−logit / T).
    const zero = scaled > 0 ? t / (1 + t) : 1 / (1 + t)
    drawn = scaled == scaled && u < zero ? 0 : 1
  }
  mean = logit > 0 ? 1 / (1 + e) : e / (1 + e)
  linear = -max<f64>(0, <f64>(drawn ? -logit : logit))
  factor = logit == logit ? 1 + e : NaN
}

/** Masses exp((l − max) / T) of all lanes, and each lane's largest logit. masses: [levels][lanes]; highest: [lanes]. */
export function softmaxMasses(logits: usize, levels: i32, temperature: f32, masses: usize, highest: usize): void {
  const inverse = splat(<f32>1 / temperature)
  if (lanes == 8) {
    let h0 = v128.load(logits), h1 = v128.load(logits, 16)
    const end = logits + (<usize>levels << 5)
    for (let p = logits; p < end; p += 32) { h0 = f32x4.pmax(h0, v128.load(p)); h1 = f32x4.pmax(h1, v128.load(p, 16)) }
    v128.store(highest, h0)
    v128.store(highest, h1, 16)
    for (let p = logits; p < end; p += 32) {
      v128.store(masses, exp4(f32x4.mul(f32x4.sub(v128.load(p), h0), inverse)))
      v128.store(masses, exp4(f32x4.mul(f32x4.sub(v128.load(p, 16), h1), inverse)), 16)
      masses += 32
    }
    return
  }
  let most = load<f32>(logits)
  for (let k = 1; k < levels; k++) { const l = load<f32>(logits + (<usize>k << 2)); if (l > most) most = l }
  store<f32>(highest, most)
  const h = splat(most)
  for (let k = 0; k < levels; k += 4) {
    const at = <usize>k << 2
    v128.store(masses + at, exp4(f32x4.mul(f32x4.sub(v128.load(logits + at), h), inverse)))
  }
}

/**
 * One lane of a softmax. masses at temperature 1 (for log p and the mean) and those to draw from; prefix: float64 [levels] scratch.
 * Pointers are those of lane 0.
 */
export function drawCategorical(
  lane: i32, logits: usize, levels: i32, masses: usize, tempered: usize, highest: usize, prefix: usize, u: f64, mode: bool, given: i32, wantMean: bool,
): void {
  const stride = <usize>lanes << 2, offset = <usize>lane << 2
  let total: f64 = 0, weighted: f64 = 0
  for (let k = 0; k < levels; k++) {
    const mass = <f64>load<f32>(masses + offset + <usize>k * stride)
    total += mass
    if (wantMean) weighted += mass * <f64>k
    store<f64>(prefix + (<usize>k << 3), total)
  }
  mean = weighted / total
  factor = total
  const largest = load<f32>(highest + offset)
  if (given >= 0) drawn = given
  else if (mode) {
    drawn = 0
    while (drawn < levels - 1 && load<f32>(logits + offset + <usize>drawn * stride) != largest) drawn++
  } else {
    if (tempered != masses) {
      total = 0
      for (let k = 0; k < levels; k++) {
        total += <f64>load<f32>(tempered + offset + <usize>k * stride)
        store<f64>(prefix + (<usize>k << 3), total)
      }
    }
    // The first level whose prefix sum exceeds u · total; only rounding can leave none, and then it is the last.
    const target = u * total
    let low = 0, high = levels - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (load<f64>(prefix + (<usize>middle << 3)) > target) high = middle
      else low = middle + 1
    }
    drawn = low
  }
  linear = <f64>load<f32>(logits + offset + <usize>drawn * stride) - <f64>largest
}
