/**
 * Exponential moving average that never rewrites the past: the value at point i depends on points 0…i alone, so a
 * longer curve has the shorter one as its prefix. Adam's bias correction (Kingma & Ba, 2015) removes the pull
 * towards the start: m_i = β m_{i−1} + (1 − β) y_i, shown as m_i / (1 − βⁱ⁺¹). Non-finite values are passed over.
 * @param factor β in [0, 1); 0 returns the values as they are.
 */
export function smooth(values: ArrayLike<number>, factor: number): Float64Array {
  const result = new Float64Array(values.length)
  let average = 0
  let weight = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN
    if (!Number.isFinite(value)) {
      result[index] = NaN
      continue
    }
    average = factor * average + (1 - factor) * value
    weight = factor * weight + (1 - factor)
    result[index] = average / weight
  }
  return result
}

/**
 * Slider position 0…100 → β. The slider is linear in the logarithm of the averaging window 1/(1 − β), 1 to 1000
 * points, so that every position is felt.
 */
export function smoothingFactor(position: number): number {
  const window = 10 ** ((Math.min(Math.max(position, 0), 100) / 100) * 3)
  return 1 - 1 / window
}
