/** Rounds a range outwards to 'nice' ends (1, 2, 2.5 or 5 × a power of ten apart). */
export function niceRange(low: number, high: number, intervals = 5): { min: number; max: number; step: number } {
  if (!(high > low)) {
    const margin = Math.abs(low) > 0 ? Math.abs(low) * 0.05 : 1
    return niceRange(low - margin, low + margin, intervals)
  }
  const rough = (high - low) / intervals
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power
  return { min: Math.floor(low / step + 1e-9) * step, max: Math.ceil(high / step - 1e-9) * step, step }
}

/** Round numbers inside a positive range for a logarithmic axis: 1-2-5 steps when it is wide, finer ones when it is narrow. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0) || !(high > low)) return []
  const decades = Math.log10(high / low)
  const factors = decades > 2.5 ? [1] : decades > 1.2 ? [1, 2, 5] : decades > 0.6 ? [1, 1.5, 2, 3, 4, 5, 7] : null
  if (factors === null) {
    const { min, max, step } = niceRange(low, high, 6)
    const ticks: number[] = []
    for (let tick = min; tick <= max + step / 2; tick += step) if (tick >= low && tick <= high) ticks.push(Number(tick.toPrecision(12)))
    return ticks
  }
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(12))
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  }
  return ticks
}
