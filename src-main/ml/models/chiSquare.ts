/** P(χ² > statistic) with the given degrees of freedom: the regularised upper incomplete gamma function Q(k/2, x/2). */
export function chiSquareTail(statistic: number, degreesOfFreedom: number): number {
  const [a, x] = [degreesOfFreedom / 2, statistic / 2]
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    // Series for the lower function.
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 10_000 && Math.abs(term) > 1e-15 * sum; n++) {
      term *= x / (a + n)
      sum += term
    }
    return 1 - front * sum
  }
  // Continued fraction for the upper one (Lentz).
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 10_000; n++) {
    const coefficient = -n * (n - a)
    b += 2
    d = 1 / (coefficient * d + b)
    c = b + coefficient / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-14) break
  }
  return front * fraction
}

/**
 * How well counts agree with probabilities: P(χ² as large as this). Rare states are counted together, so that every bin expects at least 5; what is
 * left of them after the last bin is in none.
 */
export function agreement(probabilities: ArrayLike<number>, counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0)
  const order = Array.from({ length: probabilities.length }, (_value, state) => state).sort((a, b) => probabilities[a]! - probabilities[b]!)
  let [statistic, bins, expectedTogether, countedTogether] = [0, 0, 0, 0]
  for (const state of order) {
    expectedTogether += probabilities[state]! * total
    countedTogether += counts[state]!
    if (expectedTogether < 5) continue
    statistic += (countedTogether - expectedTogether) ** 2 / expectedTogether
    bins++
    ;[expectedTogether, countedTogether] = [0, 0]
  }
  return chiSquareTail(statistic, bins - 1)
}

/** ln Γ(x), x > 0 (Lanczos). */
function logGamma(x: number): number {
  const coefficients = [
    76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
  ]
  const shifted = x + 5.5 - (x + 0.5) * Math.log(x + 5.5)
  const series = coefficients.reduce((sum, coefficient, index) => sum + coefficient / (x + 1 + index), 1.000000000190015)
  return -shifted + Math.log((2.5066282746310005 * series) / x)
}
