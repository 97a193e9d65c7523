import { lanes } from './context'
import { setDrawn } from './draw'

// One draw from a discretised mixture of logistics, as src-main/ml/distributions/sequenceMixture.ts draws it: distances in levels, float64.

@inline function softplus(x: f64): f64 { return max<f64>(0, x) + Math.log1p(Math.exp(-abs<f64>(x))) }
@inline function numberAt(at: usize, index: i32): f64 { return <f64>load<f32>(at + (<usize>(index * lanes) << 2)) }

/** Where the mean of a component lies among the levels, rounded to float32 at each step. */
@inline function middleAt(at: usize, index: i32, levels: i32): f64 {
  const moved: f32 = load<f32>(at + (<usize>(index * lanes) << 2)) + 1
  return <f64><f32>(<f64>moved * (<f64>(levels - 1) / 2))
}

@inline function scaleAt(at: usize, index: i32, levels: i32, least: f32, most: f32): f64 {
  return Math.exp(min<f64>(<f64>most, max<f64>(<f64>least, numberAt(at, index)))) * (<f64>(levels - 1) / 2)
}

/** log of the mass of a level's bin under one logistic; the outer bins reach to infinity. */
function logMass(level: i32, levels: i32, middle: f64, scale: f64): f64 {
  const inverse = 1 / scale, distance = <f64>level - middle
  const top = level < levels - 1 ? softplus(-(distance + 0.5) * inverse) : 0
  const bottom = level > 0 ? softplus((distance - 0.5) * inverse) : 0
  const width = level > 0 && level < levels - 1 ? Math.log(-Math.expm1(-inverse)) : 0
  return width - top - bottom
}

/** Logits, means and log scales of `components` logistics stand at `at`; `given` ≥ 0 is taken instead of drawing. */
export function drawLogistics(at: usize, components: i32, levels: i32, least: f32, most: f32, u: f64, temperature: f64, given: i32): void {
  let highest = -Infinity, total: f64 = 0, tempered: f64 = 0
  for (let m = 0; m < components; m++) highest = max(highest, numberAt(at, m))
  for (let m = 0; m < components; m++) {
    const logit = numberAt(at, m) - highest
    total += Math.exp(logit)
    if (given < 0) tempered += Math.exp(logit / temperature)
  }
  let level = given
  if (given < 0) {
    let rest = u * tempered, chosen = components - 1, weight: f64 = 0
    for (let m = 0; m < components; m++) {
      weight = Math.exp((numberAt(at, m) - highest) / temperature)
      if (rest < weight) {
        chosen = m
        break
      }
      if (m < components - 1) rest -= weight
    }
    const share = rest / weight
    const scale = scaleAt(at, 2 * components + chosen, levels, least, most) * temperature
    const value = middleAt(at, components + chosen, levels) + scale * (Math.log(share) - Math.log1p(-share))
    level = <i32>min<f64>(<f64>(levels - 1), max<f64>(0, Math.floor(value + 0.5)))
  }
  // log Σ_m π_m mass_m, the largest term taken out.
  let largest = -Infinity, sum: f64 = 0
  for (let m = 0; m < components; m++) {
    const term = numberAt(at, m) - highest + logMass(level, levels, middleAt(at, components + m, levels), scaleAt(at, 2 * components + m, levels, least, most))
    if (term > largest) {
      sum = sum * Math.exp(largest - term) + 1
      largest = term
    } else sum += Math.exp(term - largest)
  }
  setDrawn(level, largest + Math.log(sum) - Math.log(total))
}
