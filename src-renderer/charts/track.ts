/** A curve of any length whose x never falls. It may grow at its end; the arrays may be longer than the curve. */
export interface Track {
  readonly length: number
  readonly x: Float64Array
  readonly y: Float64Array
}

export type Point = readonly [x: number, y: number]

export function trackOf(points: readonly Point[]): Track {
  return { length: points.length, x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) }
}

/** The first index from `start` on with x ≥ `value`. */
export function lowerBound({ x, length }: Track, value: number, start = 0): number {
  let low = start
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of the last point at or before x, what was known at that moment; −1 before the first. */
export function indexAt({ x, length }: Track, value: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How many of one level make one of the next. */
const FAN = 16

interface Level {
  /** Indices of the lowest and the highest point of each full block; −1 where none is a number. */
  lowest: Int32Array
  highest: Int32Array
  length: number
}

/** Where the extremes of every 16, 256, 4096 … points lie, so that those of any stretch are found in a few looks. Grows with its track. */
class Pyramid {
  private readonly levels: Level[] = []

  constructor(private readonly track: Track) {}

  /** Indices of the lowest and the highest point in [from, to); −1 where none is a number. */
  extremes(from: number, to: number): [lowest: number, highest: number] {
    this.extend()
    const found = { lowest: -1, highest: -1 }
    let [start, end] = [from, to]
    for (let depth = -1; start < end; depth++) {
      const level = depth < 0 ? null : this.levels[depth]!
      const next = this.levels[depth + 1]
      const inner = next ? Math.min(Math.floor(end / FAN), next.length) : 0
      const first = Math.ceil(start / FAN)
      if (!next || first >= inner) {
        this.scan(level, start, end, found)
        break
      }
      this.scan(level, start, first * FAN, found)
      this.scan(level, inner * FAN, end, found)
      ;[start, end] = [first, inner]
    }
    return [found.lowest, found.highest]
  }

  private scan(level: Level | null, from: number, to: number, found: { lowest: number; highest: number }): void {
    const { y } = this.track
    for (let at = from; at < to; at++) {
      const low = level ? level.lowest[at]! : at
      const high = level ? level.highest[at]! : at
      if (low >= 0 && y[low]! === y[low]! && !(found.lowest >= 0 && y[found.lowest]! <= y[low]!)) found.lowest = low
      if (high >= 0 && y[high]! === y[high]! && !(found.highest >= 0 && y[found.highest]! >= y[high]!)) found.highest = high
    }
  }

  private extend(): void {
    let below = this.track.length
    for (let depth = 0; below >= FAN; depth++) {
      const level = (this.levels[depth] ??= { lowest: new Int32Array(64), highest: new Int32Array(64), length: 0 })
      const blocks = Math.floor(below / FAN)
      if (blocks > level.lowest.length) {
        level.lowest = longer(level.lowest, blocks)
        level.highest = longer(level.highest, blocks)
      }
      for (; level.length < blocks; level.length++) {
        const found = { lowest: -1, highest: -1 }
        this.scan(depth === 0 ? null : this.levels[depth - 1]!, level.length * FAN, (level.length + 1) * FAN, found)
        level.lowest[level.length] = found.lowest
        level.highest[level.length] = found.highest
      }
      below = level.length
    }
  }
}

function longer(array: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(least, array.length * 2))
  larger.set(array)
  return larger
}

const pyramids = new WeakMap<Track, Pyramid>()

/** Indices of the lowest and the highest point in [from, to) of a track; −1 where none is a number. */
export function extremes(track: Track, from: number, to: number): [lowest: number, highest: number] {
  const pyramid = pyramids.get(track) ?? new Pyramid(track)
  pyramids.set(track, pyramid)
  return pyramid.extremes(from, to)
}
