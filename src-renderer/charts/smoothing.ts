import type { Track } from './track'

/**
 * Exponential moving average that never rewrites the past: the value at point i depends on points 0…i alone, so a
 * longer curve has the shorter one as its prefix. Adam's bias correction (Kingma & Ba, 2015) removes the pull
 * towards the start: m_i = β m_{i−1} + (1 − β) y_i, shown as m_i / (1 − βⁱ⁺¹). Non-finite values are passed over.
 * @param factor β in [0, 1); 0 returns the values as they are.
 */
export function smooth(values: ArrayLike<number>, factor: number): Float64Array {
  const average = new Average(factor)
  average.extend(values, values.length)
  return average.values.slice(0, values.length)
}

/** The average so far, which goes on where it was when the curve has grown. */
class Average {
  values = new Float64Array(64)
  length = 0
  private average = 0
  private weight = 0

  constructor(readonly factor: number) {}

  extend(source: ArrayLike<number>, length: number): void {
    if (length > this.values.length) {
      const larger = new Float64Array(Math.max(length, this.values.length * 2))
      larger.set(this.values)
      this.values = larger
    }
    const { factor } = this
    for (; this.length < length; this.length++) {
      const value = source[this.length] ?? NaN
      if (!Number.isFinite(value)) {
        this.values[this.length] = NaN
        continue
      }
      this.average = factor * this.average + (1 - factor) * value
      this.weight = factor * this.weight + (1 - factor)
      this.values[this.length] = this.average / this.weight
    }
  }
}

const averages = new WeakMap<Track, { average: Average; track: Track }>()

/** The smoothed curve, which grows with the curve; of each curve the last factor's is kept. */
export function smoothTrack(track: Track, factor: number): Track {
  const known = averages.get(track)
  if (known?.average.factor === factor) return known.track
  const average = new Average(factor)
  const smoothed: Track = {
    get length() {
      return track.length
    },
    get x() {
      return track.x
    },
    get y() {
      average.extend(track.y, track.length)
      return average.values
    },
  }
  averages.set(track, { average, track: smoothed })
  return smoothed
}

/**
 * Slider position 0…100 → β. The slider is linear in the logarithm of the averaging window 1/(1 − β), 1 to 1000
 * points, so that every position is felt.
 */
export function smoothingFactor(position: number): number {
  const window = 10 ** ((Math.min(Math.max(position, 0), 100) / 100) * 3)
  return 1 - 1 / window
}
