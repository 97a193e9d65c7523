import { diverging } from './heatMap'

/**
 * Weights [pixels, channels] as RGBA: blue below zero, orange above, scaled by the largest size; of colours their mean. What is masked (NaN) stays
 * transparent.
 */
export function paintWeights(values: Float32Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const pixels = values.length / channels
  const means = Float64Array.from({ length: pixels }, (_value, pixel) => {
    const own = Array.from(values.subarray(pixel * channels, (pixel + 1) * channels)).filter((value) => !Number.isNaN(value))
    return own.length === 0 ? NaN : own.reduce((sum, value) => sum + value, 0) / own.length
  })
  const largest = means.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value))), 0)
  const painted = new Uint8ClampedArray(4 * pixels)
  means.forEach((value, pixel) => {
    if (Number.isNaN(value)) return
    painted.set(diverging(largest > 0 ? value / largest : 0), 4 * pixel)
    painted[4 * pixel + 3] = 255
  })
  return painted
}
